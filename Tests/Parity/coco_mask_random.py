#!/usr/bin/env python3
"""Holds `peregrine evaluate --iou-type segm` and `boundary` against pycocotools on seeded random sets of masks.

usage: coco_mask_random.py PEREGRINE [COUNT]
The sets have outlines, compressed and plain run lengths, crowds, masks without pixels, ties in IoU and score, images without
objects, images of several sizes, more detections than count, and results with boxes beside the masks in every third set.
Compared are the twelve metrics; the first that is another double ends the run with 1. The boundaries are made here, by plain
shifts of bitmaps, and the smaller of the two overlaps is put into COCOeval.
"""
import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from coco_random import NAMES
from mask_operations import boundary


class BoundaryEval(COCOeval):
    def computeIoU(self, image, category):
        overlaps = super().computeIoU(image, category)
        if len(overlaps) == 0:
            return overlaps
        objects, found = self._gts[image, category], self._dts[image, category]
        found = [found[i] for i in np.argsort([-d["score"] for d in found], kind="mergesort")][:self.params.maxDets[-1]]
        edges = [[masks.encode(np.asfortranarray(boundary(masks.decode(o["segmentation"])))) for o in side]
                 for side in (found, objects)]
        crowds = [int(o["iscrowd"]) for o in objects]
        plain = np.array(crowds) == 0
        near = np.array(masks.iou(edges[0], edges[1], crowds))
        overlaps[:, plain] = np.minimum(overlaps[:, plain], near[:, plain])
        return overlaps


def random_set(seed):
    r = random.Random(seed)
    sizes = {i: r.choice([(64, 48), (120, 90), (33, 57)]) for i in r.sample(range(1, 100_000), r.choice([1, 2, 6, 15]))}
    classes = sorted(r.sample(range(1, 91), r.choice([1, 2, 4])))
    scores = r.choice([None, 4, 11])
    crowds = r.choice([0, 0.1, 0.4])
    most = r.choice([3, 20, 130])
    with_boxes = seed % 3 == 0

    def outline(width, height, near=None, step=0):
        if near is not None:
            return [coordinate + r.uniform(-step, step) for coordinate in near]
        x, y, size = r.uniform(0, width), r.uniform(0, height), r.uniform(2, 60)
        # Outside of the image, so that there are no pixels.
        x = x - 3 * width if r.random() < 0.05 else x
        angles = sorted(r.uniform(0, 2 * np.pi) for _ in range(r.randint(3, 12)))
        return [c for a in angles for c in (x + size * np.cos(a), y + size * np.sin(a))]

    def encoded(points, width, height):
        return masks.merge(masks.frPyObjects(points, height, width))

    def text(mask):
        return dict(size=list(mask["size"]), counts=mask["counts"].decode())

    annotations, detections = [], []
    for image, (width, height) in sizes.items():
        objects = [] if r.random() < 0.2 else [
            (r.choice(classes), [outline(width, height) for _ in range(r.choice([1, 1, 2]))])
            for _ in range(r.randint(0, 10))]
        for category, points in objects:
            mask = encoded(points, width, height)
            form = r.choice(["polygons", "compressed", "counts"])
            segmentation = points
            if form == "compressed":
                segmentation = text(mask)
            elif form == "counts":
                bits = masks.decode(mask).flatten(order="F")
                ends = np.flatnonzero(np.diff(np.concatenate([[0], bits]))).tolist() + [bits.size]
                segmentation = dict(size=[height, width], counts=np.diff([0] + ends).tolist())
            annotations.append(dict(
                id=len(annotations) + 1, image_id=image, category_id=category, segmentation=segmentation,
                bbox=masks.toBbox(mask).tolist(), iscrowd=int(r.random() < crowds),
                area=float(masks.area(mask)) * r.choice([1, 1, 4, 12])))
        for _ in range(r.randint(0, most) if r.random() < 0.9 else 0):
            category, points = r.choice(classes), [outline(width, height)]
            if objects and r.random() < 0.75:
                category, near = r.choice(objects)
                step = r.choice([0, 0, 1, 3, 8])
                points = [outline(width, height, p, step) for p in near]
            mask = encoded(points, width, height)
            score = r.random() if scores is None else r.randint(0, scores) / scores
            detection = dict(image_id=image, category_id=category, segmentation=text(mask), score=score)
            if with_boxes:
                detection["bbox"] = masks.toBbox(mask).tolist()
            detections.append(detection)
    r.shuffle(annotations)
    r.shuffle(detections)
    truth = dict(
        images=[dict(id=i, file_name=f"{i}.jpg", width=w, height=h) for i, (w, h) in sizes.items()],
        annotations=annotations, categories=[dict(id=c, name=f"class {c}") for c in classes])
    return truth, detections


def reference(truth, found, kind):
    with contextlib.redirect_stdout(io.StringIO()):
        ground = COCO(truth)
        evaluation = (BoundaryEval if kind == "boundary" else COCOeval)(
            ground, ground.loadRes(found), "bbox" if kind == "bbox" else "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return [float(value) for value in evaluation.stats]


def main(peregrine, count):
    compared, seed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: os.path.join(folder, f"{name}.json") for name in ("truth", "found", "metrics")}
        while compared < count:
            seed += 1
            truth, detections = random_set(seed)
            # pycocotools refuses an empty list of detections.
            if not detections:
                continue
            json.dump(truth, open(paths["truth"], "w"))
            json.dump(detections, open(paths["found"], "w"))
            for kind in ("segm", "boundary", "bbox"):
                subprocess.run(
                    [peregrine, "evaluate", "--ground-truth", paths["truth"], "--detections", paths["found"],
                     "--iou-type", kind, "--json", paths["metrics"]], check=True, stdout=subprocess.DEVNULL)
                ours = json.load(open(paths["metrics"]))["metrics"]
                for name, value in zip(NAMES, reference(paths["truth"], paths["found"], kind)):
                    if ours[name] != value:
                        print(f"set {seed}, {kind}: {name} is {ours[name]!r}; pycocotools has {value!r}")
                        return 1
            compared += 1
    print(f"{compared} random sets: all twelve metrics of segm, boundary and bbox are pycocotools' in every digit")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200))
