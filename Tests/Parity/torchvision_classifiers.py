#!/usr/bin/env python3
"""Compares torchvision's classifiers with the same weights here: seeded weights, saved by torch, imported, run.

usage: torchvision_classifiers.py PEREGRINE FOLDER [--only NAME …] [--resnet-cifar FOLDER] [--squeezenet FOLDER --images FOLDER]
'export --reference' gives a random input and this program's logits; torch computes the same. The largest difference must be
below 1e-4 of the largest logit. Weights are drawn so that logits keep their size through all layers.
Exits with 77 where torch or torchvision is absent, with 1 where something differs.
"""
import argparse
import csv
import json
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

NAMES = [
    "resnet18", "vgg16", "googlenet", "alexnet", "squeezenet1_0", "squeezenet1_1", "mobilenet_v3_small",
    "mobilenet_v3_large", "resnet50", "vgg11",
]


def model(name):
    arguments = dict(weights=None)
    if name == "googlenet":
        # The auxiliary classifiers are in the file, and left out by the import.
        arguments.update(aux_logits=True, init_weights=False)
    result = getattr(torchvision.models, name)(**arguments)
    return draw(result)


def compare(peregrine, folder, name):
    network = model(name)
    weights, ours = os.path.join(folder, name + ".pth"), os.path.join(folder, name + ".safetensors")
    reference = os.path.join(folder, name + ".reference.safetensors")
    torch.save(network.state_dict(), weights)
    run(peregrine, "import", "pytorch", "--architecture", name, "--weights", weights, "--output", ours)
    run(peregrine, "export", ours, "--output", os.path.join(folder, name + ".plain.safetensors"),
        "--reference", reference)
    tensors = read_safetensors(reference)
    with torch.no_grad():
        expected = network(torch.from_numpy(tensors["images"].copy())).numpy()
    error = abs(tensors["logits"] - expected).max() / abs(expected).max()
    for path in (weights, ours, reference, os.path.join(folder, name + ".plain.safetensors")):
        os.remove(path)
    print(f"{name}: largest difference {error:.1e} of the largest logit {abs(expected).max():.2f}")
    return error < 1e-4


def classify(peregrine, folder, model, images, *options):
    report = os.path.join(folder, "report.json")
    run(peregrine, "classify", *images, "--model", model, "--json", report, "--logits", *options)
    with open(report) as file:
        entries = json.load(file)
    return entries, numpy.array([entry["logits"] for entry in entries])


def small_resnets(peregrine, folder, source, cifar):
    """The stored logits of the first hundred rows of train_00.png, each row an image of 32×32."""
    from PIL import Image
    rows = numpy.array(Image.open(os.path.join(cifar, "train_00.png")).convert("RGB")).reshape(-1, 32, 32, 3)
    paths = []
    for index in range(100):
        paths.append(os.path.join(folder, f"{index:03d}.png"))
        Image.fromarray(rows[index]).save(paths[-1])
    good = True
    for name, file in (("resnet20", "resnet20-12fca82f"), ("resnet32", "resnet32-d509ac18")):
        ours = os.path.join(folder, name + ".safetensors")
        run(peregrine, "import", "pytorch", "--architecture", name + "-cifar",
            "--weights", os.path.join(source, file + ".th"), "--output", ours)
        _, logits = classify(peregrine, folder, ours, paths)
        expected = numpy.load(os.path.join(source, file + "_logits_train00_first100.npy"))
        error = abs(logits - expected).max()
        print(f"{name}: largest difference {error:.1e}")
        good = good and error < 1e-4
    return good


def squeezenet(peregrine, folder, source, images):
    ours = os.path.join(folder, "squeezenet.safetensors")
    mean = ",".join(repr(value / 255) for value in (123, 117, 104))
    deviation = ",".join([repr(1 / 255)] * 3)
    run(peregrine, "import", "safetensors", "--architecture", "squeezenet1_1", "--weights",
        os.path.join(source, "squeezenet1_1.safetensors"), "--output", ours, "--input-side", "227",
        "--resized-side", "256", "--mean", mean, "--deviation", deviation)
    with open(os.path.join(images, "labels.csv")) as file:
        labels = list(csv.DictReader(file))
    entries, logits = classify(
        peregrine, folder, ours, [os.path.join(images, "images", label["file"]) for label in labels])
    expected = numpy.load(os.path.join(source, "logits_imagenet-samples.npy"))
    error = abs(logits - expected).max()
    truth = [int(label["class_index"]) for label in labels]
    top = [[found["classId"] for found in entry["classes"]] for entry in entries]
    first = sum(found[0] == label for found, label in zip(top, truth))
    five = sum(label in found[:5] for found, label in zip(top, truth))
    print(f"squeezenet1_1: largest difference {error:.1e}; {first} right of {len(truth)}, {five} among five")
    return error < 1e-3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--resnet-cifar", nargs=2, metavar=("WEIGHTS", "CIFAR"))
    parser.add_argument("--squeezenet", nargs=2, metavar=("WEIGHTS", "IMAGES"))
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    os.makedirs(arguments.folder, exist_ok=True)
    good = all([compare(arguments.peregrine, arguments.folder, name) for name in arguments.only or NAMES])
    if arguments.resnet_cifar:
        good = small_resnets(arguments.peregrine, arguments.folder, *arguments.resnet_cifar) and good
    if arguments.squeezenet:
        good = squeezenet(arguments.peregrine, arguments.folder, *arguments.squeezenet) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
