#!/usr/bin/env python3
"""Holds `peregrine evaluate --ground-truth --detections` against pycocotools on seeded random sets.

usage: coco_random.py PEREGRINE [COUNT]
The sets have crowds, ties, empty images, empty classes, more detections than count, boxes on the edges of the area
ranges, and ids with gaps. Every second one has besides detections of categories that the ground truth lacks, scores of
any size, detections twice and one image with more than 100 detections of a class; it is read with the options for that,
and what the report says of it is counted here as well. Compared are the twelve metrics, AP of every class, and the arrays of precision, recall and
scores; the first difference above 1e-12 ends the run with 1.
"""
import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = "AP AP50 AP75 APsmall APmedium APlarge AR1 AR10 AR100 ARsmall ARmedium ARlarge".split()


def random_set(seed):
    r = random.Random(seed)
    images = sorted(r.sample(range(1, 100_000), r.choice([1, 2, 5, 12, 30])))
    classes = sorted(r.sample(range(1, 91), r.choice([1, 2, 3, 8])))
    # Coarse numbers make ties in IoU and area, few scores make ties in score.
    grid = r.choice([None, 1, 16, 32])
    scores = r.choice([None, 4, 11])
    crowds = r.choice([0, 0.1, 0.5])
    most = r.choice([3, 20, 130])

    def number(low, high):
        value = r.uniform(low, high)
        return round(value, 2) if grid is None else round(value / grid) * grid

    def box():
        size = r.choice([8, 32, 64, 96, 200])
        return [number(0, 400), number(0, 400), max(1, number(size / 2, size * 1.5)), max(1, number(size / 2, size * 1.5))]

    annotations, detections = [], []
    for image in images:
        objects = [] if r.random() < 0.2 else [(r.choice(classes), box()) for _ in range(r.randint(0, 12))]
        for category, b in objects:
            crowd = int(r.random() < crowds)
            area = b[2] * b[3] * r.choice([1, 1, 0.5, 0.8])
            annotations.append(dict(
                id=len(annotations) + 1, image_id=image, category_id=category, bbox=b, area=area, iscrowd=crowd))
        if r.random() < 0.1:
            continue
        for _ in range(r.randint(0, most)):
            category, b = r.choice(classes), box()
            if objects and r.random() < 0.7:
                category, near = r.choice(objects)
                step = r.choice([0, 0, 1, 4, 10])
                b = [near[0] + number(-step, step), near[1] + number(-step, step),
                     max(1, near[2] + number(-step, step)), max(1, near[3] + number(-step, step))]
            score = r.random() if scores is None else r.randint(0, scores) / scores
            detections.append(dict(image_id=image, category_id=category, bbox=b, score=score))
    r.shuffle(annotations)
    r.shuffle(detections)
    truth = dict(
        images=[dict(id=i, file_name=f"{i}.jpg", width=640, height=640) for i in images], annotations=annotations,
        categories=[dict(id=c, name=f"class {c}") for c in classes])
    return truth, detections


def spoiled(truth, detections, seed):
    """The set with all that pycocotools takes and a careful program asks about."""
    r = random.Random(-seed)
    categories = [category["id"] for category in truth["categories"]]
    images = [image["id"] for image in truth["images"]]
    crowded, category = r.choice(images), r.choice(categories)
    more = [dict(image_id=crowded, category_id=category, score=r.random(),
                 bbox=[r.randint(0, 400), r.randint(0, 400), r.randint(1, 200), r.randint(1, 200)])
            for _ in range(r.randint(101, 180))]
    unknown = [dict(image_id=r.choice(images), category_id=r.choice([95, 96, 1000]), score=r.random(),
                    bbox=[1, 2, 30, 40]) for _ in range(r.randint(1, 40))]
    detections = detections + more + unknown
    detections += [dict(d) for d in r.sample(detections, r.randint(0, 5))]
    stretch = r.choice([lambda s: 100 * s, lambda s: 20 * s - 10, lambda s: -s, lambda s: 1e9 * s])
    for detection in detections:
        detection["score"] = stretch(detection["score"])
    r.shuffle(detections)
    return detections


def remarks(truth, detections):
    """What the report has to say of the detections."""
    known = {category["id"] for category in truth["categories"]}
    places, seen, unknown = Counter(), Counter(), Counter()
    for d in detections:
        if d["category_id"] not in known:
            unknown[str(d["category_id"])] += 1
            continue
        places[d["image_id"], d["category_id"]] += 1
        seen[d["image_id"], d["category_id"], *d["bbox"], d["score"]] += 1
    return dict(
        detections=places.total(), unknownClasses=dict(unknown),
        beyondMaximum=sum(max(0, count - 100) for count in places.values()),
        repeatedDetections=sum(count - 1 for count in seen.values()),
        scoresOutOfRange=sum(d["category_id"] in known and not 0 <= d["score"] <= 1 for d in detections))


def reference(truth, found):
    with contextlib.redirect_stdout(io.StringIO()):
        ground = COCO(truth)
        evaluation = COCOeval(ground, ground.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def differences(ours, curves, theirs):
    for name, value in zip(NAMES, theirs.stats):
        yield name, abs(ours["metrics"][name] - float(value))
    for name in ("precision", "recall", "scores"):
        expected = theirs.eval[name]
        found = np.array(curves[name], dtype=float).reshape(expected.shape)
        yield f"the array of {name}", float(np.abs(found - expected).max()) if expected.size else 0.0
    for index, label in enumerate(ours["classes"]):
        values = theirs.eval["precision"][:, :, index, 0, -1]
        values = values[values > -1]
        expected = float(np.mean(values)) if values.size else None
        if (label.get("AP") is None) != (expected is None):
            yield f"AP of {label['name']}", float("inf")
        elif expected is not None:
            yield f"AP of {label['name']}", abs(label["AP"] - expected)


def main(peregrine, count):
    worst, exact = 0.0, 0
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: os.path.join(folder, f"{name}.json") for name in ("truth", "found", "metrics", "curves")}
        seed = 0
        while compared < count:
            seed += 1
            truth, detections = random_set(seed)
            # pycocotools refuses an empty list of detections.
            if not detections:
                continue
            is_spoiled = compared % 2 == 1
            if is_spoiled:
                detections = spoiled(truth, detections, seed)
            json.dump(truth, open(paths["truth"], "w"))
            json.dump(detections, open(paths["found"], "w"))
            subprocess.run(
                [peregrine, "evaluate", "--ground-truth", paths["truth"], "--detections", paths["found"], "--json",
                 paths["metrics"], "--save-curves", paths["curves"]]
                + (["--accept-unknown-classes", "--accept-any-score"] if is_spoiled else []),
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            theirs = reference(paths["truth"], paths["found"])
            said = json.load(open(paths["metrics"]))["remarks"]
            for what, expected in remarks(truth, detections).items():
                if said[what] != expected:
                    print(f"set {seed}: the report says {what} {said[what]}; expected {expected}")
                    return 1
            largest = 0.0
            for what, difference in differences(json.load(open(paths["metrics"])), json.load(open(paths["curves"])), theirs):
                if not difference <= 1e-12:
                    print(f"set {seed}: {what} differs from pycocotools by {difference}")
                    return 1
                largest = max(largest, difference)
            worst = max(worst, largest)
            exact += largest == 0
            compared += 1
    print(f"{compared} random sets: the largest difference from pycocotools is {worst}, {exact} agree in every digit")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300))
