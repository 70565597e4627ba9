import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

/// Readers of CSV: the program's own form and Open Images'.
struct TableReaderTests {
  static let evaluation = DatasetReadingOptions(requiresImages: false, treatment: .asWritten)

  @Test("columns are found by name; quotes, an image without objects, flags, attributes, Windows line ends")
  func ownForm() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "label,image,x1,y1,x2,y2,width,height,difficult,crowd,area,attribute light\r\n"
        + "\"big, \"\"red\"\" dog\",\"a,b.png\",1.5,2,30.25,4e1,100,80,1,,7,0.25\r\n,c.png,,,,,50,40,,,,\r\n"
        + "cat,\"a,b.png\",0,0,1,1,100,80,0,1,,\r\n", to: "a.csv")
    let dataset = try LabelledDataset.read(at: path, options: Self.evaluation)
    #expect(dataset.classNames == ["big, \"red\" dog", "cat"])
    #expect(dataset.images.map(\.fileName) == ["a,b.png", "c.png"])
    #expect(dataset.images.map(\.size) == [ImageSize(width: 100, height: 80), ImageSize(width: 50, height: 40)])
    #expect(dataset.images[1].objects.isEmpty)
    let dog = dataset.images[0].objects[0]
    #expect(dog.box == BoundingBox(x1: 1.5, y1: 2, x2: 30.25, y2: 40))
    #expect(dog.isDifficult && !dog.isCrowd && dog.area == 7 && dog.attributes == ["light": 0.25])
    #expect(dataset.images[0].objects[1].isCrowd)
  }

  @Test(
    "what is wrong is named with its line",
    arguments: [
      ("image,label,x1,y1,x2\n", 1, "has no column y2"), ("image,label,x1,y1,x2,y2,y2\n", 1, "'y2' stands twice"),
      ("image,label,x1,y1,x2,y2\n\na.png,cat,1,2,3\n", 3, "5 fields; expected 6"),
      ("image,label,x1,y1,x2,y2\na.png,cat,1,2,x,4\n", 2, "x2 is 'x'; expected a number"),
      ("image,label,x1,y1,x2,y2\n\"a\nb.png\",cat,1,2,3,4\n,cat,1,2,3,4\n", 4, "has no 'image'"),
      ("image,label,x1,y1,x2,y2\na.png,\"cat,1,2,3,4\n", 2, "has no end"),
      ("image,label,x1,y1,x2,y2\na.png,\"cat\"s,1,2,3,4\n", 2, "after a closing quote"),
      ("image,label,x1,y1,x2,y2,crowd\na.png,cat,1,2,3,4,2\n", 2, "crowd is '2'; expected 0 or 1"),
      ("image,label,x1,y1,x2,y2,width,height\na.png,cat,1,2,3,4,9,0\n", 2, "above 0"),
      (
        "image,label,x1,y1,x2,y2,width,height\na.png,cat,1,2,3,4,9,9\na.png,cat,1,2,3,4,9,8\n", 3,
        "9×8 here and 9×9 further up"
      ),
    ])
  func malformed(text: String, line: Int, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "a.csv")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: path, format: .csv, options: Self.evaluation)
    }
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.problem.contains(problem), "\(error)")
  }

  static let openImages = """
    ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside
    a,xclick,/m/01yrx,1,0.1,0.5,0.25,"0,75",1,0,1,-1,
    b.png,xclick,/m/0bt9lr,1,0,1,0,1,-1,-1,0,-1,-1

    """

  @Test("Open Images: ids become names, groups crowds, decimal commas numbers; images without a line are empty")
  func openImagesForm() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.writeImage("images/" + name) }
    try folder.write(Self.openImages, to: "boxes.csv")
    try folder.write("/m/0bt9lr,Dog\n/m/01yrx,Cat\n", to: "class-descriptions-boxable.csv")
    #expect(try DatasetFormat.guess(at: folder.path) == .openImages)
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["Dog", "Cat"])
    #expect(dataset.images.map(\.fileName) == ["a.png", "b.png", "c.png"])
    let cat = dataset.images[0].objects[0]
    #expect(cat.box == BoundingBox(x1: 10, y1: 20, x2: 50, y2: 60))
    #expect(cat.isCrowd && cat.classIndex == 1 && cat.attributes == ["IsOccluded": 1, "IsTruncated": 0])
    #expect(dataset.images[1].objects[0].attributes.isEmpty)
    #expect(dataset.images[2].objects.isEmpty)
  }

  @Test("Open Images without images has no sizes, and pixels are no fractions")
  func openImagesRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.openImages, to: "boxes.csv")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: path, options: Self.evaluation)
    }
    #expect(error.problem.contains("a.jpg', which is not there; give the folder of the images"), "\(error)")
    let pixels = try folder.write(Self.openImages.replacing("0,1,0,1", with: "0,90,0,1"), to: "pixels.csv")
    let second = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: pixels) }
    #expect(second.line == 3)
    #expect(second.problem.contains("90.0 is no fraction"))
  }

  @Test("an audit lists every bad line of a table and goes on")
  func audited() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    let csv = try folder.write(
      "image,label,x1,y1,x2,y2\na.png,cat,1,2,3\na.png,cat,1,two,3,4\n,cat,1,2,3,4\na.png,cat,1,2,3,4\n",
      to: "own.csv")
    let open = try folder.write(
      "ImageID,LabelName,XMin,XMax,YMin,YMax\na,cat,0,300,0,1\na,,0,1,0,1\na,cat,0,x,0,1\na,cat,0,0.5,0,0.5\n",
      to: "open.csv")
    for (path, lines) in [(csv, [2, 3, 4]), (open, [2, 3, 4])] {
      let report = try DatasetAuditor(threads: 1).audit(at: path)
      #expect(report.entries.filter { $0.finding == .malformedLabel }.compactMap(\.place.line) == lines)
      #expect(report.dataset.objectCount == 1, "\(report.text())")
    }
  }
}
