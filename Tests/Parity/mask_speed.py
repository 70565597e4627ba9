#!/usr/bin/env python3
"""Times `peregrine evaluate --iou-type segm` against pycocotools on 5,000 images with 100,000 masks, whole processes in turn.

usage: mask_speed.py PEREGRINE [IMAGES] [ROUNDS]
An image has 640×480 pixels, eight objects (two of three as outlines) and twelve detections of 80 classes. Prints the median of
the wall time and the largest memory of each, and the ratio; the metrics must be equal.
"""
import json
import os
import random
import statistics
import sys
import tempfile

import numpy as np
from pycocotools import mask as masks

from coco_random import NAMES
from evaluation_speed import timed

PYTHON = """
import sys, contextlib, io, json
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
truth, found, metrics = sys.argv[1:4]
with contextlib.redirect_stdout(io.StringIO()):
    ground = COCO(truth)
    evaluation = COCOeval(ground, ground.loadRes(found), 'segm')
    evaluation.evaluate(); evaluation.accumulate(); evaluation.summarize()
json.dump(dict(metrics=evaluation.stats.tolist()), open(metrics, 'w'))
"""


def outline(r, near=None):
    if near is not None:
        return [round(c + r.uniform(-4, 4), 2) for c in near]
    x, y, size = r.uniform(20, 620), r.uniform(20, 460), r.choice([10, 30, 60, 120])
    angles = sorted(r.uniform(0, 2 * np.pi) for _ in range(r.randint(8, 40)))
    radii = [size * r.uniform(0.7, 1) for _ in angles]
    return [round(float(c), 2) for a, s in zip(angles, radii)
            for c in (min(max(x + s * np.cos(a), 0), 640), min(max(y + s * np.sin(a), 0), 480))]


def text(points):
    mask = masks.merge(masks.frPyObjects([points], 480, 640))
    return dict(size=[480, 640], counts=mask["counts"].decode()), mask


def write(folder, images):
    r = random.Random(5)
    annotations, detections = [], []
    for image in range(1, images + 1):
        objects = [(r.randint(1, 80), outline(r)) for _ in range(8)]
        for category, points in objects:
            segmentation, mask = text(points)
            annotations.append(dict(
                id=len(annotations) + 1, image_id=image, category_id=category, iscrowd=0, area=float(masks.area(mask)),
                bbox=masks.toBbox(mask).tolist(), segmentation=segmentation if len(annotations) % 3 == 0 else [points]))
        for _ in range(12):
            category, points = r.choice(objects)
            points = outline(r, points) if r.random() < 0.8 else outline(r)
            detections.append(dict(image_id=image, category_id=category, score=round(r.random(), 4),
                                   segmentation=text(points)[0]))
    truth = dict(images=[dict(id=i, file_name=f"{i}.jpg", width=640, height=480) for i in range(1, images + 1)],
                 categories=[dict(id=c, name=f"class {c}") for c in range(1, 81)], annotations=annotations)
    json.dump(truth, open(os.path.join(folder, "truth.json"), "w"))
    json.dump(detections, open(os.path.join(folder, "found.json"), "w"))


def main(peregrine, images, rounds):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, images)
        truth, found, ours, theirs = (os.path.join(folder, f"{n}.json") for n in ("truth", "found", "ours", "theirs"))
        commands = dict(
            peregrine=[peregrine, "evaluate", "--ground-truth", truth, "--detections", found, "--iou-type", "segm",
                       "--json", ours],
            pycocotools=[sys.executable, "-c", PYTHON, truth, found, theirs])
        measured = {name: [timed(command) for _ in range(rounds)] for name, command in commands.items()}
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in measured.items()}
        for name, (seconds, memory) in medians.items():
            print(f"{name:12} {seconds:7.2f} s {memory:7.0f} MiB")
        print(f"peregrine is {medians['pycocotools'][0] / medians['peregrine'][0]:.1f} times as fast")
        found_metrics = json.load(open(ours))["metrics"]
        same = [found_metrics[name] for name in NAMES] == json.load(open(theirs))["metrics"]
        print("the metrics are equal" if same else "the metrics DIFFER")
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5_000,
                  int(sys.argv[3]) if len(sys.argv) > 3 else 3))
