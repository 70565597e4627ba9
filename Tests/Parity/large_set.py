#!/usr/bin/env python3
"""Writes the seeded set on which evaluators are timed: 5,000 images, 80 classes with COCO's gaps in their ids, about 36,700
boxes, and 500,000 detections in random order, a part of them near the boxes and most of them noise of low score.

usage: large_set.py FOLDER [SEED]
"""
import json
import math
import os
import random
import sys

IMAGES, DETECTIONS = 5000, 100
GAPS = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}


def main(folder, seed):
    r = random.Random(seed)
    classes = [number for number in range(1, 91) if number not in GAPS]
    # A few classes are common and many rare, as in photographs.
    weights = [1 / (rank + 1) ** 0.7 for rank in range(len(classes))]
    r.shuffle(weights)

    def side(scale=1.0):
        return max(3.0, math.exp(r.gauss(4.1, 0.9)) * scale)

    images, annotations, detections = [], [], []
    for index in range(IMAGES):
        width, height = (640, r.randint(360, 640)) if r.random() < 0.7 else (r.randint(360, 640), 640)
        image = 1000 + 7 * index
        images.append(dict(id=image, width=width, height=height, file_name=f"{image:012d}.jpg"))
        count = 0 if r.random() < 0.01 else min(60, 1 + int(r.expovariate(1 / 6.9)))
        found = []
        for category in r.choices(classes, weights, k=count):
            w, h = min(width - 1.0, side()), min(height - 1.0, side())
            box = [round(v, 2) for v in (r.uniform(0, width - w), r.uniform(0, height - h), w, h)]
            annotations.append(dict(
                id=len(annotations) + 1, image_id=image, category_id=category, bbox=box,
                area=round(box[2] * box[3] * r.uniform(0.45, 0.85), 4), iscrowd=int(r.random() < 0.01)))
            if r.random() < 0.75:
                for copy in range(1 + min(4, int(r.expovariate(0.9)))):
                    blur = 0.06 if copy == 0 else r.uniform(0.06, 0.3)
                    near = [box[0] + r.gauss(0, blur) * w, box[1] + r.gauss(0, blur) * h,
                            w * math.exp(r.gauss(0, blur)), h * math.exp(r.gauss(0, blur))]
                    score = r.betavariate(4, 2) if copy == 0 else r.betavariate(1.5, 4)
                    found.append((category if r.random() < 0.9 else r.choice(classes), near, score))
        while len(found) < DETECTIONS:
            noise = [r.uniform(0, width), r.uniform(0, height), side(), side()]
            found.append((r.choices(classes, weights)[0], noise, r.betavariate(1, 9)))
        for category, box, score in found[:DETECTIONS]:
            detections.append(dict(
                image_id=image, category_id=category, bbox=[round(v, 2) for v in box], score=round(score, 3)))
    r.shuffle(detections)
    os.makedirs(folder, exist_ok=True)
    truth = dict(
        info={}, licenses=[], images=images, annotations=annotations,
        categories=[dict(id=number, name=f"class {number}", supercategory="any") for number in classes])
    json.dump(truth, open(os.path.join(folder, "truth.json"), "w"))
    json.dump(detections, open(os.path.join(folder, "found.json"), "w"))
    print(f"{len(images)} images, {len(annotations)} boxes, {len(detections)} detections")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 42)
