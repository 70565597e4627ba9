#!/usr/bin/env python3
"""Holds every figure of `peregrine explain-map` against pycocotools and an implementation of Pascal VOC's rules in numpy.

usage: protocol_choices.py PROGRAM [GROUND_TRUTH.json DETECTIONS.json] [--sets N]
Compares on a COCO file pair, or on N random sets (100 by default). COCO's rows are pycocotools with other maxDets, other
iscrowd, merged categories, or detections taken out; other estimates are made of pycocotools' matches; rows with VOC's
matching are computed here. Some pairs of choices are compared as well. Exits with 1 where figures differ by more than 1e-12.
"""
import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from coco_random import random_set

TOLERANCE = 1e-12
THRESHOLDS = np.linspace(0.5, 0.95, 10)
COCO_RULES = dict(
    matching="coco", pixel=0, crowds="ignored", agnostic=False, estimator="coco", floor=0, per_class=100,
    per_image=None, ties="given", empty=False)
VOC = dict(matching="voc", pixel=1, per_class=None, per_image=None)
EVERY = dict(per_class=None, per_image=None)
CHOICES = {
    "VOC 2007": dict(COCO_RULES, **VOC, estimator="eleven"),
    "VOC 2010": dict(COCO_RULES, **VOC, estimator="area"),
    "YOLO trainers": dict(
        COCO_RULES, matching="voc", crowds="out", estimator="trapezoid", floor=0.001, per_class=None, per_image=300),
    "Darknet": dict(
        COCO_RULES, matching="voc", crowds="out", estimator="area", floor=0.005, per_class=None, empty=True),
    "VOC 2007, levels rounded": dict(COCO_RULES, **VOC, estimator="eleven rounded"),
    "11 points": dict(estimator="eleven"), "11 points, levels rounded": dict(estimator="eleven rounded"),
    "exact area": dict(estimator="area"),
    "trapezoids, 101 points": dict(estimator="trapezoid"),
    **{f"score from {floor}": dict(floor=floor) for floor in (0.001, 0.01, 0.05, 0.25, 0.5)},
    **{f"{n} an image and class": dict(per_class=n, per_image=None) for n in (1, 10, 300)},
    "all detections": EVERY, **{f"{n} an image": dict(per_class=None, per_image=n) for n in (100, 300)},
    "VOC's matching": dict(matching="voc"), "boxes with their last pixel": dict(pixel=1),
    "crowds counted": dict(crowds="counted"), "crowds left out": dict(crowds="out"),
    "classes do not matter": dict(agnostic=True), "empty classes count 0": dict(empty=True),
    "equal scores, right first": dict(ties="right"), "equal scores, wrong first": dict(ties="wrong"),
}


def by_score(items):
    """Falling scores; equal ones as given."""
    return sorted(items, key=lambda item: -item["score"])


def first_of_each(detections, count, key):
    ranks, kept = defaultdict(int), set()
    for detection in by_score(detections):
        if ranks[key(detection)] < count:
            kept.add(detection["place"])
        ranks[key(detection)] += 1
    return [detection for detection in detections if detection["place"] in kept]


def prepared(truth, results, rules):
    """Ground truth and detections as the rules have them, so that a plain evaluation of them is what the rules give."""
    objects = [dict(a) for a in truth["annotations"] if not (rules["crowds"] == "out" and a["iscrowd"])]
    found = [dict(d, place=place) for place, d in enumerate(results) if d["score"] >= rules["floor"]]
    categories = [1] if rules["agnostic"] else [category["id"] for category in truth["categories"]]
    for item in objects + found:
        if rules["agnostic"]:
            item["category_id"] = 1
    for a in objects:
        if rules["crowds"] == "counted":
            a["iscrowd"] = 0
    if rules["per_image"]:
        found = first_of_each(found, rules["per_image"], lambda d: d["image_id"])
    if rules["per_class"]:
        found = first_of_each(found, rules["per_class"], lambda d: (d["image_id"], d["category_id"]))
    return objects, found, categories


def coco(images, annotations, categories):
    whole = COCO()
    whole.dataset = dict(images=images, annotations=annotations, categories=[dict(id=c, name=str(c)) for c in categories])
    whole.createIndex()
    return whole


def by_pycocotools(truth, results, rules):
    """The evaluation, and by class the outcomes: scores, right and ignored [thresholds × detections], objects."""
    # The number of detections is left to pycocotools.
    objects, found, categories = prepared(truth, results, dict(rules, per_class=None))
    size = rules["pixel"]
    annotations = [dict(a, bbox=[*a["bbox"][:2], a["bbox"][2] + size, a["bbox"][3] + size]) for a in objects]
    detections = []
    for number, d in enumerate(found):
        x, y, w, h = d["bbox"]
        detections.append(dict(
            id=number + 1, image_id=d["image_id"], category_id=d["category_id"], score=d["score"], iscrowd=0,
            bbox=[x, y, w + size, h + size], area=w * h))
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(
            coco(truth["images"], annotations, categories), coco(truth["images"], detections, categories), "bbox")
        evaluation.params.maxDets = [rules["per_class"] or 10 ** 6]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    count = len(evaluation.params.imgIds)
    outcomes = []
    for index in range(len(evaluation.params.catIds)):
        entries = [e for e in evaluation.evalImgs[index * count:(index + 1) * count] if e is not None]
        if not entries:
            outcomes.append((np.zeros(0), np.zeros((10, 0), bool), np.zeros((10, 0), bool), 0))
            continue
        scores = np.concatenate([e["dtScores"] for e in entries])
        matches = np.concatenate([e["dtMatches"] for e in entries], axis=1) != 0
        ignored = np.concatenate([e["dtIgnore"] for e in entries], axis=1) != 0
        objects_to_find = sum(int(np.count_nonzero(e["gtIgnore"] == 0)) for e in entries)
        outcomes.append((scores, matches & ~ignored, ignored, objects_to_find))
    return evaluation, outcomes


def by_voc(truth, results, rules):
    objects, found, categories = prepared(truth, results, rules)
    size = rules["pixel"]

    def corners(boxes):
        x, y, w, h = np.array(boxes, float).reshape(-1, 4).T
        return x, y, x + w + size, y + h + size

    places = defaultdict(list)
    for a in objects:
        places[a["image_id"], a["category_id"]].append(a)
    outcomes = []
    for category in categories:
        mine = by_score([d for d in found if d["category_id"] == category])
        right, ignored = np.zeros((10, len(mine)), bool), np.zeros((10, len(mine)), bool)
        taken = set()
        for column, d in enumerate(mine):
            candidates = places[d["image_id"], category]
            if not candidates:
                continue
            x1, y1, x2, y2 = corners(d["bbox"])
            a1, b1, a2, b2 = corners([c["bbox"] for c in candidates])
            shared = np.maximum(np.minimum(x2, a2) - np.maximum(x1, a1), 0) * np.maximum(
                np.minimum(y2, b2) - np.maximum(y1, b1), 0)
            ious = shared / ((x2 - x1) * (y2 - y1) + (a2 - a1) * (b2 - b1) - shared)
            best = int(np.argmax(ious))
            for row, threshold in enumerate(THRESHOLDS):
                if ious[best] < threshold:
                    continue
                if candidates[best]["iscrowd"]:
                    ignored[row, column] = True
                elif (row, candidates[best]["id"]) not in taken:
                    taken.add((row, candidates[best]["id"]))
                    right[row, column] = True
        count = sum(a["category_id"] == category and not a["iscrowd"] for a in objects)
        outcomes.append((np.array([d["score"] for d in mine]), right, ignored, count))
    return outcomes


def estimate(kind, right, count):
    """Of outcomes by falling score."""
    if right.size == 0:
        return 0.0
    hits = np.cumsum(right)
    recall = hits / count
    envelope = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    if kind == "eleven":
        # In whole numbers, so that 3 of 10 objects reach the third level.
        return float(np.mean([envelope[10 * hits >= level * count].max(initial=0) for level in range(11)]))
    if kind in ("coco", "eleven rounded"):
        points = np.linspace(0, 1, 101 if kind == "coco" else 11)
        return float(np.mean([envelope[recall >= p].max(initial=0) for p in points]))
    if kind == "area":
        return float(np.sum(np.diff(recall, prepend=0) * envelope))
    points = np.linspace(0, 1, 101)
    heights = np.interp(points, np.concatenate([[0], recall, [1]]), np.concatenate([[1], envelope, [0]]))
    return float(np.sum((heights[1:] + heights[:-1]) / 2 * np.diff(points)))


def figures(truth, results, rules):
    """AP, AP50, AP75; None without objects."""
    if rules["matching"] == "coco":
        evaluation, outcomes = by_pycocotools(truth, results, rules)
        if rules["estimator"] == "coco" and rules["ties"] == "given":
            precision = evaluation.eval["precision"][:, :, :, 0, 0]
            if rules["empty"]:
                precision = np.maximum(precision, 0)

            def mean(values):
                return float(np.mean(values[values > -1])) if (values > -1).any() else None

            return mean(precision), mean(precision[0]), mean(precision[5])
    else:
        outcomes = by_voc(truth, results, rules)
    rows = []
    for scores, right, ignored, count in outcomes:
        if count == 0:
            if rules["empty"]:
                rows.append([0.0] * 10)
            continue
        row = []
        for threshold in range(10):
            kept = ~ignored[threshold]
            hits, theirs = right[threshold][kept], scores[kept]
            second = {"given": np.zeros(len(hits)), "right": ~hits, "wrong": hits}[rules["ties"]]
            order = np.lexsort((np.arange(len(hits)), second, -theirs))
            row.append(estimate(rules["estimator"], hits[order], count))
        rows.append(row)
    if not rows:
        return None, None, None
    means = np.mean(rows, axis=0)
    return float(np.mean(means)), float(means[0]), float(means[5])


def explain(program, paths, folder, *options):
    report = os.path.join(folder, "explanation.json")
    subprocess.run(
        [program, "explain-map", "--ground-truth", paths[0], "--detections", paths[1], "--json", report, *options],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(report) as file:
        return json.load(file)


def compare(name, program, paths, folder, verbose):
    """(differences, largest difference, rows compared, rows equal in every digit)."""
    with open(paths[0]) as file:
        truth = json.load(file)
    with open(paths[1]) as file:
        results = json.load(file)
    rows = []
    report = explain(program, paths, folder)
    for row in [report["baseline"]] + report["rows"]:
        theirs = figures(truth, results, dict(COCO_RULES, **CHOICES.get(row["name"], {})))
        if row["name"] != "COCO" and row["name"] not in CHOICES:
            raise SystemExit(f"{name}: there is no reference for '{row['name']}'")
        rows += [(f"{row['name']}: {key}", row["figures"].get(key), value)
                 for key, value in zip(("AP", "AP50", "AP75"), theirs)]
    for metric, index in (("AP", 0), ("AP50", 1)):
        baseline = report["baseline"]["figures"].get(metric)
        if baseline is None:
            continue
        # Whatever comes within 0.1 points of a little less than COCO's figure, and the nearest.
        target = explain(program, paths, folder, "--target", repr(max(0, baseline - 0.013)), "--metric", metric)["target"]
        for candidate in (target["matches"][:4] + target["nearest"]):
            rules = dict(COCO_RULES)
            for choice in candidate["choices"]:
                rules.update(CHOICES.get(choice, {}))
            rows.append((" + ".join(candidate["choices"]) + f": {metric}", candidate["value"],
                         figures(truth, results, rules)[index]))
    differences, largest = 0, 0.0
    for what, a, b in rows:
        apart = 0.0 if a == b else abs(a - b) if None not in (a, b) else float("inf")
        differences += not apart <= TOLERANCE
        largest = max(largest, apart)
        if verbose or not apart <= TOLERANCE:
            print(f"{name:8} {what:58} peregrine {a!r:22} reference {b!r:22} {'' if apart <= TOLERANCE else 'DIFFERENT'}")
    return differences, largest, len(rows), sum(a == b for _, a, b in rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--sets", type=int, default=100)
    arguments = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        if arguments.files:
            outcomes.append(compare("files", arguments.program, arguments.files, folder, verbose=True))
        else:
            paths = [os.path.join(folder, name) for name in ("truth.json", "found.json")]
            seed = 0
            while len(outcomes) < arguments.sets:
                seed += 1
                truth, results = random_set(seed)
                if not results:
                    continue
                for path, content in zip(paths, (truth, results)):
                    with open(path, "w") as file:
                        json.dump(content, file)
                outcomes.append(compare(f"set {seed}", arguments.program, paths, folder, verbose=False))
    differences, largest, rows, equal = (list(column) for column in zip(*outcomes))
    print(f"{len(outcomes)} sets, {sum(rows)} figures: {sum(equal)} equal in every digit, largest difference "
          f"{max(largest)}, {sum(differences)} beyond {TOLERANCE}")
    return 1 if sum(differences) else 0


if __name__ == "__main__":
    sys.exit(main())
