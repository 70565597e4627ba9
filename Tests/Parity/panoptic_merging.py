#!/usr/bin/env python3
"""Compares 'panoptic --data' with panopticapi's merging of instances and stuff, on random results.

usage: panoptic_merging.py PEREGRINE FOLDER [--sets 20]
Every set has 1 to 3 images with instances that overlap, scores that repeat, and stuff as run lengths or as label files. The
expected picture follows combine_semantic_and_instance_predictions.py of panopticapi, whose rules are written out here; where
panopticapi can be imported it is run too. Segments must be the same pixels with the same categories in the same order. Exits with 77
where a package is absent, with 1 where a picture differs.
"""
import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys

try:
    import numpy
    from PIL import Image
    from pycocotools import mask as coco
except ImportError as error:
    print(f"skipped: {error}; the comparison needs numpy, Pillow and pycocotools")
    sys.exit(77)
try:
    from panopticapi.combine_semantic_and_instance_predictions import combine_to_panoptic_single_core
except ImportError:
    combine_to_panoptic_single_core = None

CATEGORIES = [{"id": number, "name": f"class {number}", "isthing": number % 2, "color": [7 * number, 50, 90]}
              for number in range(1, 8)]


def encoded(mask):
    runs = coco.encode(numpy.asfortranarray(mask.astype(numpy.uint8)))
    return {"size": runs["size"], "counts": runs["counts"].decode()}


def random_set(folder, random):
    """Writes the set and both results; returns images, instances, stuff and whether stuff is label files."""
    images, instances, stuff = [], [], []
    labels = bool(random.integers(2))
    os.makedirs(os.path.join(folder, "labels"))
    for number in range(int(random.integers(1, 4))):
        height, width = (int(side) for side in random.integers(20, 120, size=2))
        images.append({"id": 3 + number, "width": width, "height": height, "file_name": f"{number}.jpg"})
        rows, columns = numpy.mgrid[:height, :width]
        for _ in range(int(random.integers(0, 9))):
            (y, x), (b, a) = random.random(2) * (height, width), 1 + random.random(2) * (height / 2, width / 2)
            mask = ((rows - y) / b) ** 2 + ((columns - x) / a) ** 2 <= 1
            instances.append({"image_id": 3 + number, "category_id": int(random.choice([1, 3, 5, 7])),
                              "score": int(random.integers(6, 21)) / 20, "segmentation": encoded(mask)})
        kinds = random.choice([0, 1, 2, 4, 6], size=(3, 3)).repeat(40, axis=0).repeat(40, axis=1)[:height, :width]
        if labels:
            Image.fromarray(kinds.astype(numpy.uint8)).save(os.path.join(folder, "labels", f"{number}.png"))
        for kind in (2, 4, 6):
            mask = kinds == kind
            if not labels and random.random() < 0.3:
                mask = mask | (random.random(mask.shape) < 0.05)  # Regions that overlap.
            if mask.any():
                stuff.append({"image_id": 3 + number, "category_id": kind, "segmentation": encoded(mask)})
    for name, contents in (("set.json", {"images": images, "annotations": [], "categories": CATEGORIES}),
                           ("instances.json", instances), ("stuff.json", stuff)):
        with open(os.path.join(folder, name), "w") as file:
            json.dump(contents, file)
    return images, instances, stuff, labels


def merged(image, instances, stuff, confidence, overlap, area):
    """The rules: ids by order from 1, and their categories."""
    ids = numpy.zeros((image["height"], image["width"]), dtype=int)
    categories = []
    certain = [found for found in instances if found["image_id"] == image["id"] and found["score"] >= confidence]
    for found in sorted(certain, key=lambda found: -found["score"]):
        mask = coco.decode(found["segmentation"]) == 1
        if mask.sum() == 0 or (mask & (ids > 0)).sum() / mask.sum() > overlap:
            continue
        categories.append(found["category_id"])
        ids[mask & (ids == 0)] = len(categories)
    for region in stuff:
        if region["image_id"] != image["id"]:
            continue
        mask = (coco.decode(region["segmentation"]) == 1) & (ids == 0)
        if mask.sum() < area:
            continue
        categories.append(region["category_id"])
        ids[mask] = len(categories)
    return ids, categories


def by_panopticapi(folder, image, instances, stuff, confidence, overlap, area):
    output = os.path.join(folder, "theirs")
    os.makedirs(output, exist_ok=True)
    certain = [found for found in instances if found["image_id"] == image["id"] and found["score"] >= confidence]
    with contextlib.redirect_stdout(io.StringIO()):
        found = combine_to_panoptic_single_core(
            0, [image["id"]], {image["id"]: image},
            {image["id"]: sorted(certain, key=lambda found: -found["score"])},
            {image["id"]: [region for region in stuff if region["image_id"] == image["id"]]}, output, overlap, area,
            {category["id"]: category for category in CATEGORIES})[0]
    return picture_ids(os.path.join(output, found["file_name"])), found["segments_info"]


def picture_ids(path):
    pixels = numpy.asarray(Image.open(path).convert("RGB")).astype(int)
    return pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]


def numbered(ids, segments):
    """Ids by the order of the segments, from 1."""
    result = numpy.zeros(ids.shape, dtype=int)
    for number, segment in enumerate(segments, 1):
        result[ids == segment["id"]] = number
    return result, [segment["category_id"] for segment in segments]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--sets", type=int, default=20)
    arguments = parser.parse_args()
    random = numpy.random.default_rng(20)
    different = segment_count = 0
    for number in range(arguments.sets):
        folder = os.path.join(arguments.folder, f"set{number}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        images, instances, stuff, labels = random_set(folder, random)
        confidence, overlap, area = ((0.5, 0.5, 64), (0.35, 0.3, 0), (0.7, 0.8, 300))[number % 3]
        path = os.path.join(folder, "panoptic.json")
        subprocess.run(
            [arguments.peregrine, "panoptic", "--data", os.path.join(folder, "set.json"),
             "--instances", os.path.join(folder, "instances.json"),
             "--semantics", os.path.join(folder, "labels" if labels else "stuff.json"),
             "--confidence", str(confidence), "--overlap", str(overlap), "--stuff-area", str(area), "--output", path],
            check=True, stdout=subprocess.DEVNULL)
        with open(path) as file:
            written = json.load(file)
        for image, annotation in zip(images, written["annotations"]):
            ids = picture_ids(os.path.join(folder, "panoptic", annotation["file_name"]))
            ours = numbered(ids, annotation["segments_info"])
            segment_count += len(ours[1])
            areas = [int((ids == segment["id"]).sum()) for segment in annotation["segments_info"]]
            expected = [merged(image, instances, stuff, confidence, overlap, area)]
            if combine_to_panoptic_single_core:
                expected.append(numbered(*by_panopticapi(folder, image, instances, stuff, confidence, overlap, area)))
            for theirs in expected:
                # A segment without a pixel is one of panopticapi's alone.
                kept = [place for place in range(len(theirs[1])) if (theirs[0] == place + 1).any()]
                renumbered = numpy.zeros(theirs[0].shape, dtype=int)
                for place, old in enumerate(kept, 1):
                    renumbered[theirs[0] == old + 1] = place
                same = ours[1] == [theirs[1][place] for place in kept] and (ours[0] == renumbered).all()
                if not same or areas != [segment["area"] for segment in annotation["segments_info"]]:
                    different += 1
                    print(f"{folder}, image {image['id']}: {ours[1]}, expected {theirs[1]}")
        shutil.rmtree(folder)
    print(f"{arguments.sets} sets, {segment_count} segments: {different} images differ"
          + ("" if combine_to_panoptic_single_core else " (panopticapi is absent: its rules alone)"))
    sys.exit(1 if different else 0)


main()
