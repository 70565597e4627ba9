#!/usr/bin/env python3
"""Compares label maps made of COCO files with pycocotools' masks, pixel by pixel.

usage: segmentation_sources.py PEREGRINE FOLDER [--sets 100] [--instances FILE] [--panoptic FILE --images FOLDER]
Every random set has images with polygons (some of several parts, crossing themselves or leaving the image), run lengths as text
and as numbers, crowds, and overlaps. Here pycocotools decodes the objects and numpy draws them, the larger first; of panoptic
pictures numpy looks the segments up. 'evaluate --label-maps' must find every pixel the same. --instances and --panoptic do the
same with real files. Exits with 77 where a package is absent, with 1 where a pixel differs.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

try:
    import numpy
    from PIL import Image
    from pycocotools import mask as masks
except ImportError as error:
    print(f"skipped: {error}; the comparison needs numpy, Pillow and pycocotools")
    sys.exit(77)


def polygon(random, width, height):
    """Points around a centre, or anywhere; with fractions or without."""
    count = int(random.integers(3, 12))
    if random.random() < 0.6:
        angles = numpy.sort(random.uniform(0, 2 * numpy.pi, count))
        radii = random.uniform(0.1, 0.6) * min(width, height) * random.uniform(0.5, 1, count)
        center = random.uniform(0, [width, height])
        points = center + numpy.stack([numpy.cos(angles), numpy.sin(angles)], axis=1) * radii[:, None]
    else:
        points = random.uniform([-0.2 * width, -0.2 * height], [1.2 * width, 1.2 * height], size=(count, 2))
    points = points.round() if random.random() < 0.3 else points.round(2)
    if random.random() < 0.2:
        points = numpy.concatenate([points, points[:1]])
    return points.ravel().tolist()


def segmentation(random, width, height):
    kind = random.random()
    if kind < 0.6:
        return [polygon(random, width, height) for _ in range(int(random.integers(1, 4)))]
    drawn = numpy.asfortranarray(random.random((height, width)) < random.random() ** 2, dtype=numpy.uint8)
    text = masks.encode(drawn)
    if kind < 0.8:
        return {"size": [height, width], "counts": text["counts"].decode()}
    flat = drawn.ravel(order="F")
    changes = numpy.flatnonzero(numpy.diff(flat)) + 1
    counts = numpy.diff(numpy.concatenate([[0], changes, [flat.size]])).tolist()
    return {"size": [height, width], "counts": [0] + counts if flat[0] else counts}


def random_file(random, folder):
    os.makedirs(os.path.join(folder, "images"))
    categories = random.permutation(numpy.arange(1, 91))[:int(random.integers(1, 6))]
    file = dict(images=[], annotations=[], categories=[dict(id=int(id), name=f"thing {id}") for id in categories])
    for image in range(1, 4):
        width, height = (int(side) for side in random.integers(1, 90, size=2))
        name = f"{image}.png"
        Image.fromarray(numpy.zeros((height, width, 3), numpy.uint8)).save(os.path.join(folder, "images", name))
        file["images"].append(dict(id=image, file_name=name, width=width, height=height))
        for _ in range(int(random.integers(0, 8)) + (image == 1)):
            shape = segmentation(random, width, height)
            file["annotations"].append(dict(
                id=len(file["annotations"]) + 1, image_id=image, category_id=int(random.choice(categories)),
                iscrowd=int(isinstance(shape, dict) and random.random() < 0.3), bbox=[0, 0, 1, 1], area=1,
                segmentation=shape))
    path = os.path.join(folder, "instances.json")
    with open(path, "w") as output:
        json.dump(file, output)
    return path


def drawn(file, image):
    """The label map of an image's objects, the larger first."""
    height, width = image["height"], image["width"]
    objects = []
    for annotation in file["annotations"]:
        if annotation["image_id"] != image["id"] or not annotation.get("segmentation"):
            continue
        shape = annotation["segmentation"]
        if isinstance(shape, list):
            shape = masks.merge(masks.frPyObjects(shape, height, width))
        elif isinstance(shape["counts"], list):
            shape = masks.frPyObjects(shape, height, width)
        objects.append((masks.decode(shape).astype(bool), annotation["category_id"]))
    labels = numpy.zeros((height, width), numpy.uint8)
    for mask, category in sorted(objects, key=lambda entry: -int(entry[0].sum())):
        labels[mask] = category
    return labels


def looked_up(file, image, folder):
    annotation = next(entry for entry in file["annotations"] if entry["image_id"] == image["id"])
    picture = numpy.array(Image.open(os.path.join(folder, annotation["file_name"]))).astype(numpy.int64)
    ids = picture[..., 0] + 256 * picture[..., 1] + 65536 * picture[..., 2]
    labels = numpy.full(ids.shape, 255, numpy.uint8)
    for segment in annotation["segments_info"]:
        labels[ids == segment["id"]] = segment["category_id"]
    return labels


def differences(peregrine, path, folder, draw, *options):
    """How many labelled pixels the program has otherwise."""
    with open(path) as input:
        file = json.load(input)
    found, report = os.path.join(folder, "found"), os.path.join(folder, "report.json")
    os.makedirs(found)
    labelled = 0
    for image in file["images"]:
        labels = draw(file, image)
        labelled += int((labels != 255).sum())
        name = os.path.splitext(os.path.basename(image["file_name"]))[0]
        Image.fromarray(labels).save(os.path.join(found, name + ".png"))
    subprocess.run(
        [peregrine, "evaluate", "--data", path, "--label-maps", found, "--json", report, "--resamples", "0", *options],
        check=True, stdout=subprocess.DEVNULL)
    with open(report) as input:
        confusion = numpy.array(json.load(input)["confusion"])
    wrong = labelled - int(numpy.trace(confusion))
    others = int(confusion.sum()) - labelled
    return labelled, abs(wrong) + abs(others)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--instances")
    parser.add_argument("--panoptic")
    parser.add_argument("--images")
    arguments = parser.parse_args()
    total, failed = 0, 0
    for index in range(arguments.sets):
        folder = os.path.join(arguments.folder, str(index))
        path = random_file(numpy.random.default_rng(index), folder)
        labelled, wrong = differences(arguments.peregrine, path, folder, drawn)
        if wrong:
            print(f"set {index}: {wrong} pixels that differ")
        total, failed = total + labelled, failed + wrong
        shutil.rmtree(folder)
    print(f"{arguments.sets} random sets: {total} pixels, {failed} that differ")
    for path, draw, options in (
            (arguments.instances, drawn, []),
            (arguments.panoptic,
             lambda file, image: looked_up(file, image, os.path.splitext(arguments.panoptic)[0]),
             ["--images-folder", arguments.images])):
        if path:
            folder = os.path.join(arguments.folder, os.path.basename(path))
            labelled, wrong = differences(arguments.peregrine, path, folder, draw, *options)
            print(f"{os.path.basename(path)}: {labelled} pixels, {wrong} that differ")
            failed += wrong
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
