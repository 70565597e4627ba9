#!/usr/bin/env python3
"""Runs what `peregrine export` writes in onnxruntime and compares raw outputs with peregrine's.

usage: onnx_outputs.py PROGRAM [FOLDER] [MODEL...]
PROGRAM is peregrine. Both families of detectors are trained for one epoch on rendered scenes, exported plain and fused,
and run on the input of `--reference`; every output must be within 1e-4 (of direct convolutions: AVX-512's Winograd
kernels are kept out). FOLDER is what the test ONNXReferenceTests writes with PEREGRINE_ONNX_OUT: networks that together
hold every operation, with our outputs for one and for two images. MODELs are model files to be checked besides. Each
file must also pass onnx.checker with full shape inference. Where OpenVINO is installed, it runs all files as well.
Exits with 77 where onnx or onnxruntime is missing.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import onnx
    import onnxruntime
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)
try:
    import openvino
except ImportError:
    openvino = None

TOLERANCE = 1e-4

YOLO = """
detector: yolo
yolo:
  inputSize: { width: 128, height: 96 }
  backbone: { depth: 18, widthMultiplier: 0.25 }
  pyramidChannels: 16
  headConvolutions: 1
"""
FASTER_RCNN = """
detector: faster-rcnn
fasterRCNN:
  inputSize: { width: 128, height: 96 }
  backbone: { depth: 50, widthMultiplier: 0.25 }
  pyramid: { channels: 16 }
  proposals: { candidates: 50, count: 30, trainingCandidates: 50, trainingCount: 30 }
  regions: { width: 32, convolutions: 1, fullyConnectedLayers: 1, samplesPerImage: 16 }
"""
TRAINING = """
training:
  epochs: 1
  batchSize: 4
  seed: 3
"""


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    result = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", (path, name, entry["dtype"])
        begin, end = entry["data_offsets"]
        result[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return result


def compare(path, inputs, expected, worst):
    """Checks one file and its outputs for one input; worst is kept by runtime."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    assert names and set(names) <= set(expected), (path, names)
    found = {"onnxruntime": session.run(None, inputs)}
    if openvino:
        # In f32; its default on some processors is less.
        compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        results = compiled(inputs)
        found["OpenVINO"] = [results[index] for index in range(len(names))]
    failures = 0
    for runtime, outputs in found.items():
        for name, output in zip(names, outputs):
            reference = expected[name]
            if output.shape != reference.shape:
                print(f"{path}: {name} in {runtime} has shape {output.shape}, peregrine's {reference.shape}")
                failures += 1
                continue
            # Small outputs absolutely, large ones in parts of their size.
            difference = float(np.max(np.abs(output - reference)) / max(1, np.max(np.abs(reference))))
            worst[runtime] = max(worst.get(runtime, 0), difference)
            if not difference <= TOLERANCE:
                print(f"{path}: {name} in {runtime} differs by {difference:.2e}")
                failures += 1
    return failures, len(names)


def check_operations(folder, worst):
    failures = files = outputs = 0
    operations = set()
    for path in sorted(glob.glob(f"{folder}/*.onnx")):
        tensors = read_safetensors(path.rsplit(".", 2)[0] + ".safetensors")
        operations |= {node.op_type for node in onnx.load(path).graph.node}
        files += 1
        for batch in ("1", "2"):
            expected = {key.split("/")[1]: tensor for key, tensor in tensors.items() if key.startswith(batch + "/")}
            bad, count = compare(path, {"images": expected["images"]}, expected, worst)
            failures, outputs = failures + bad, outputs + count
    assert files > 0, f"{folder} holds no networks"
    print(f"operations: {files} files, {outputs} outputs, {len(operations)} kinds of nodes:", *sorted(operations))
    return failures


def check_model(peregrine, folder, family, model, worst):
    """Exports a model plain and fused, and compares; returns failures, files and outputs."""
    failures = files = outputs = 0
    for kind, options in (("plain", ["--plain"]), ("fused", [])):
        name = f"{folder}/{family}-{kind}"
        peregrine("export", model, "--output", f"{name}.onnx", "--reference", f"{name}.safetensors", *options)
        expected = read_safetensors(f"{name}.safetensors")
        exported = sorted(glob.glob(f"{glob.escape(name)}.onnx") + glob.glob(f"{glob.escape(name)}.*.onnx"))
        assert len(exported) == {"yolo": 1, "faster-rcnn": 2}.get(family, len(exported) or 1), exported
        for path in exported:
            file = onnx.load(path)
            metadata = {entry.key: entry.value for entry in file.metadata_props}
            assert json.loads(metadata["classes"]) and json.loads(metadata["preprocessing"]), metadata
            if kind == "fused":
                assert all(node.op_type != "BatchNormalization" for node in file.graph.node), path
            inputs = {value.name: expected[value.name] for value in file.graph.input}
            bad, count = compare(path, inputs, expected, worst)
            failures, outputs, files = failures + bad, outputs + count, files + 1
    return failures, files, outputs


def check_detectors(program, models, worst):
    totals = [0, 0, 0]
    environment = dict(os.environ, ONEDNN_MAX_CPU_ISA="AVX2")

    def peregrine(*arguments):
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)

    with tempfile.TemporaryDirectory() as folder:
        peregrine("synthesize", f"{folder}/scenes", "--count", "8")
        trained = []
        for family, text in (("yolo", YOLO), ("faster-rcnn", FASTER_RCNN)):
            configuration = f"{folder}/{family}.yaml"
            with open(configuration, "w") as file:
                file.write(text + TRAINING)
            peregrine("train", configuration, "--data", f"{folder}/scenes", "--output", f"{folder}/{family}")
            trained.append((family, f"{folder}/{family}/last.safetensors"))
        for family, model in trained + [(f"model-{index}", model) for index, model in enumerate(models)]:
            counts = check_model(peregrine, folder, family, model, worst)
            totals = [total + count for total, count in zip(totals, counts)]
    print(f"detectors: {totals[1]} files, {totals[2]} outputs")
    return totals[0]


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(64)
    program, rest, worst = sys.argv[1], sys.argv[2:], {}
    folders = [path for path in rest if os.path.isdir(path)]
    failures = sum(check_operations(folder, worst) for folder in folders)
    failures += check_detectors(program, [path for path in rest if path not in folders], worst)
    for runtime, difference in worst.items():
        print(f"{runtime}: largest difference {difference:.1e}, allowed {TOLERANCE:.0e}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
