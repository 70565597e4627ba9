import Datasets
import FolderTesting
import Testing

struct DatasetAuditTests {
  @Test("the summary counts, shows the first five places and says what was done")
  func summary() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    try folder.write(
      "0 0.5 0.5 0.1 0.1\n" + String(repeating: "0 0.5 0.5 0 0.1\n", count: 7), to: "labels/a.txt")
    try folder.write("names: [cat, dog]", to: "data.yaml")
    let dataset = try LabelledDataset.read(at: folder.path)
    let label = folder.path("labels/a.txt")
    #expect(
      dataset.audit.summary == """
        1 images, 1 boxes, 2 classes
          cat 1
          without a box: dog
        mistake: 7 × box without area (left out)
          \(label):2
          \(label):3
          \(label):4
          \(label):5
          \(label):6
          and 2 more
        """)
    #expect(dataset.subset([0]).audit.summary.contains("found in the whole of the source"))
  }
}
