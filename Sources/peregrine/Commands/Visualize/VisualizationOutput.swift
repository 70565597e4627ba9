import Files
import Foundation
import ImageCodecs
import Reports

/// The pictures of a run: each a PNG file in the folder, all on one page.
struct VisualizationOutput {
  let folder: String
  private var page: PicturePage
  private var taken: Set<String> = []

  init(folder: String, model: String) {
    self.folder = folder
    page = PicturePage(title: "What \(PathName.lastComponent(of: model)) sees", about: "Model: \(model).", sections: [])
  }

  /// Where pictures go that are certain to be written; for the check that none of them is read.
  func paths(for images: [String]) -> [String] { ["kernels.png", "index.html"].map { PathName.joined(folder, $0) } }

  /// Writes the figures as files of these names and puts them on the page.
  mutating func add(
    heading: String, text: String = "", _ figures: [PicturePage.Figure], names: [String],
    table: (header: [String], rows: [[String]])? = nil
  ) throws {
    for (figure, name) in zip(figures, names) {
      let path = PathName.joined(folder, free(name) + ".png")
      try figure.image.write(to: path)
      print("\(path): \(figure.caption)")
    }
    page.sections.append(PicturePage.Section(heading: heading, text: text, figures: figures, table: table))
  }

  /// The name with a number where another picture of the run has it.
  private mutating func free(_ name: String) -> String {
    let safe = String(name.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    var result = safe
    var number = 2
    while !taken.insert(result).inserted {
      result = "\(safe)-\(number)"
      number += 1
    }
    return result
  }

  func writePage() throws {
    let path = PathName.joined(folder, "index.html")
    try OutputFile.write(try page.html(), to: path)
    print("\(path): all of them")
  }
}
