#!/usr/bin/env python3
"""Compares torchvision's segmenters with the same weights here: seeded weights, saved by torch, imported, run.

usage: torchvision_segmenters.py PEREGRINE FOLDER [--only NAME …] [--side 129]
'export --reference' gives a random input and this program's scores; torch computes the same. The largest difference must be
below 1e-3 of the largest score, and 99.9 % of the pixels must be of the same class. Where onnxruntime is there, it runs the
exported ONNX as well; below 1e-4. Exits with 77 where torch or torchvision is absent, with 1 where something differs.
"""
import argparse
import os
import sys

try:
    import numpy
    import torch
    import torchvision
except ImportError as error:
    print(f"skipped: {error}; the comparison needs torch and torchvision")
    sys.exit(77)

from seeded_weights import draw, read_safetensors, run
try:
    import onnxruntime
except ImportError:
    onnxruntime = None

NAMES = ["lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "fcn_resnet50"]


def model(name):
    arguments = dict(weights=None, weights_backbone=None)
    if name != "lraspp_mobilenet_v3_large":
        # The auxiliary head is in the file, and kept for training.
        arguments["aux_loss"] = True
    result = getattr(torchvision.models.segmentation, name)(**arguments)
    return draw(result)


def compare(peregrine, folder, name, side):
    network = model(name)
    files = {kind: os.path.join(folder, f"{name}.{kind}") for kind in ("pth", "safetensors", "onnx", "reference")}
    torch.save(network.state_dict(), files["pth"])
    run(peregrine, "import", "pytorch", "--architecture", name, "--weights", files["pth"], "--output",
        files["safetensors"], "--input-side", str(side))
    run(peregrine, "export", files["safetensors"], "--output", files["onnx"], "--reference", files["reference"])
    tensors = read_safetensors(files["reference"])
    images = tensors["images"].copy()
    with torch.no_grad():
        expected = network(torch.from_numpy(images))["out"].numpy()
    error = abs(tensors["scores"] - expected).max() / abs(expected).max()
    same = (tensors["scores"].argmax(axis=1) == expected.argmax(axis=1)).mean()
    print(f"{name}: largest difference {error:.1e} of the largest score {abs(expected).max():.2f}, "
          f"{100 * same:.3f} % of {same.size * side * side} pixels of one class")
    good = error < 1e-3 and same >= 0.999
    if onnxruntime:
        found = onnxruntime.InferenceSession(files["onnx"], providers=["CPUExecutionProvider"]).run(
            None, {"images": images})[0]
        error = abs(tensors["scores"] - found).max() / abs(found).max()
        print(f"  the exported ONNX in onnxruntime: {error:.1e}")
        good = good and error < 1e-4
    for path in files.values():
        os.remove(path)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--side", type=int, default=129)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    os.makedirs(arguments.folder, exist_ok=True)
    good = all([compare(arguments.peregrine, arguments.folder, name, arguments.side)
                for name in arguments.only or NAMES])
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
