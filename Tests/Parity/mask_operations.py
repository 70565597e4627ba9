#!/usr/bin/env python3
"""Writes random polygons and what pycocotools makes of them, for MaskParityTests: mask_operations.py FOLDER [COUNT].

For every polygon its run lengths, area and box, the IoU with the polygon before it (an object and a crowd), the union with it,
and of every tenth the boundary of Boundary IoU, eroded by plain shifts of the bitmap. Coordinates are whole, on fifths
and halves, or any; points repeat, lie outside of the image and far from it, and outlines cross themselves.
"""
import json
import os
import random
import sys

import numpy as np
from pycocotools import mask as masks


def polygon(r, width, height):
    count = r.choice([3, 3, 4, 5, 8, 20, 60, 200])
    form = r.choice(["any", "any", "whole", "half", "fifth", "round", "far"])
    # pycocotools goes along every edge step by step.
    count = min(count, 5) if form == "far" else count
    points = []
    cx, cy, size = r.uniform(0, width), r.uniform(0, height), r.uniform(1, max(width, height))
    for index in range(count):
        if form == "round":
            angle = 2 * np.pi * index / count
            x, y = cx + size * np.cos(angle) * r.uniform(0.5, 1), cy + size * np.sin(angle) * r.uniform(0.5, 1)
        elif form == "far":
            x, y = r.uniform(-9e3, 9e3), r.uniform(-9e3, 9e3)
            if r.random() < 0.7:
                x, y = r.uniform(-width, 2 * width), r.uniform(-height, 2 * height)
        else:
            x, y = r.uniform(-0.2 * width, 1.2 * width), r.uniform(-0.2 * height, 1.2 * height)
        step = dict(whole=1, half=0.5, fifth=0.2).get(form)
        points += [x, y] if step is None else [round(x / step) * step, round(y / step) * step]
        if r.random() < 0.1:
            points += points[-2:]
    return points


def boundary(mask):
    height, width = mask.shape
    distance = max(1, int(round(0.02 * np.sqrt(height ** 2 + width ** 2))))
    padded = np.pad(mask, distance)
    rows = np.min([padded[y:y + height] for y in range(2 * distance + 1)], axis=0)
    eroded = np.min([rows[:, x:x + width] for x in range(2 * distance + 1)], axis=0)
    return mask - eroded


def main(folder, count):
    r = random.Random(11)
    os.makedirs(folder, exist_ok=True)
    records = []
    for index in range(count):
        if index % 20 == 0:
            width, height = r.choice([(640, 480), (640, 480), (427, 640), (33, 57), (1, 1), (1, 40), (40, 1), (200, 13)])
            previous = None
        outlines = [polygon(r, width, height) for _ in range(r.choice([1, 1, 1, 2, 3]))]
        # Of four numbers pycocotools makes a box.
        mask = masks.merge(masks.frPyObjects(outlines, height, width))
        record = dict(width=width, height=height, polygons=outlines, counts=mask["counts"].decode(),
                      area=int(masks.area(mask)), box=masks.toBbox(mask).tolist())
        if previous is not None:
            record["iou"] = masks.iou([mask], [previous], [0])[0][0]
            record["crowdIoU"] = masks.iou([mask], [previous], [1])[0][0]
            record["union"] = masks.merge([mask, previous])["counts"].decode()
            record["intersection"] = masks.merge([mask, previous], intersect=True)["counts"].decode()
        if index % 10 == 0:
            record["boundary"] = masks.encode(np.asfortranarray(boundary(masks.decode(mask))))["counts"].decode()
        records.append(record)
        previous = mask
    with open(os.path.join(folder, "masks.json"), "w") as file:
        json.dump(records, file)
    print(f"{count} polygons with their masks are in {folder}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
