import ArgumentParser
import ComputeGraph
import Foundation
import ImageCodecs
import ModelZoo
import Models

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show a network's layers: output size, parameters, receptive field, FLOPs.")

  @Argument(help: "Model file, configuration (YAML), or a network by name: resnet18, alexnet, vgg16.")
  var network: String
  @Option(help: "Classes that a configuration's detector shall know.")
  var classes: Int?
  @Option(help: "Side of a square input, instead of the network's own size.")
  var size: Int?

  func validate() throws {
    if let classes, classes < 1 { throw ValidationError("--classes is at least 1, not \(classes)") }
    if let size, size < 1 { throw ValidationError("--size is at least 1, not \(size)") }
    if let size, size > Preprocessing.longestSide {
      throw ValidationError("--size is at most \(Preprocessing.longestSide), not \(size)")
    }
    if let size, size > 0, !Preprocessing.allows(ImageSize(width: size, height: size)) {
      throw ValidationError(
        "--size \(size) is more than \(Preprocessing.mostPixels) pixels, the most that an input may have")
    }
  }

  func run() throws {
    try reportingErrors {
      let subject = try NetworkDescription.open(network, classCount: classes)
      let input = subject.inputShape(batch: 1, side: size)
      let costs = try subject.graph.costs(input: input)
      show(costs, operationsPer: "image of \(input[3])×\(input[2])")
      if let head = subject.regionHead {
        print("\nThe head, on each of at most \(head.regionCount) regions of an image:")
        show(try head.network.graph.costs(input: head.network.inputShape), operationsPer: "region")
      }
      if let head = subject.maskHead {
        print("\nThe mask head, on each of at most \(head.regionCount) detections of an image:")
        show(try head.network.graph.costs(input: head.network.inputShape), operationsPer: "detection")
      }
      for line in subject.facts { print(line) }
    }
  }

  private func show(_ costs: [LayerCost], operationsPer unit: String) {
    var table = TextTable(
      header: ["layer", "operation", "output", "parameters", "receptive field", "MFLOP"],
      numericColumns: [2, 3, 4, 5])
    for cost in costs {
      table.rows.append([
        cost.name, cost.operation, cost.output.dimensions.dropFirst().map(String.init).joined(separator: "×"),
        cost.parameterCount > 0 ? String(cost.parameterCount) : "", String(cost.receptiveField),
        cost.floatingPointOperations > 0
          ? String(format: "%.1f", Double(cost.floatingPointOperations) / 1e6) : "",
      ])
    }
    print(table.text)
    let parameters = costs.reduce(0) { $0 + $1.parameterCount }
    let operations = costs.reduce(0) { $0 + $1.floatingPointOperations }
    print(
      "\(costs.count) layers, \(parameters) parameters, \(String(format: "%.3f", Double(operations) / 1e9)) GFLOP per "
        + unit)
  }
}
