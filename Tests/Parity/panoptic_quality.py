#!/usr/bin/env python3
"""Compares panoptic quality with a plain reference, on random pairs and on stored predictions with known answers.

usage: panoptic_quality.py PEREGRINE FOLDER [--sets 50] [--known FOLDER]
Every set has 1 to 4 images of segments of 1 to 6 classes, crowds and pixels without label among them, and predictions that agree
in part. 'evaluate' measures them; PQ, SQ and RQ of all, of things and of stuff are compared to the last digit with panopticapi
where it can be imported, and with its rules written out in numpy everywhere. --known is a folder with panoptic_train2017.json,
predictions.json and expected_pq.json. Exits with 77 where a package is absent, with 1 where a figure differs.
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
except ImportError as error:
    print(f"skipped: {error}; the comparison needs numpy and Pillow")
    sys.exit(77)
try:
    from panopticapi.evaluation import pq_compute_single_core
except ImportError:
    pq_compute_single_core = None


def write_picture(path, ids):
    colours = numpy.stack([ids % 256, ids // 256 % 256, ids // 65536], axis=-1).astype(numpy.uint8)
    Image.fromarray(colours).save(path)


def segments_of(ids, classes, random, may_be_crowd):
    """The list of a picture's segments; of things one in five is a crowd."""
    listed = []
    for number in numpy.unique(ids[ids > 0]):
        crowd = may_be_crowd and classes[int(number)] % 2 == 1 and random.random() < 0.2
        listed.append({"id": int(number), "category_id": classes[int(number)], "iscrowd": int(crowd),
                       "area": int((ids == number).sum())})
    return listed


def random_set(folder, random):
    """Writes two files and their pictures; returns their contents."""
    count = int(random.integers(1, 7))
    categories = [{"id": 10 * number + number % 2, "name": f"class {number}", "isthing": number % 2}
                  for number in range(1, count + 1)]
    truth = {"images": [], "annotations": [], "categories": categories}
    found = {"annotations": []}
    for name in ("truth", "found"):
        os.makedirs(os.path.join(folder, name))
    for image in range(int(random.integers(1, 5))):
        height, width, side = (int(random.integers(low, high)) for low, high in ((1, 40), (1, 40), (1, 9)))
        small = random.integers(0, 12, size=(-(-height // side), -(-width // side)))
        ids = small.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
        # Ids need all three colours.
        ids = numpy.where(ids > 0, ids * 70001, 0)
        classes = {int(number): categories[int(random.integers(count))]["id"] for number in numpy.unique(ids)}
        moved = numpy.roll(ids, random.integers(0, 3, size=2), axis=(0, 1))
        moved = numpy.where(random.random(ids.shape) < 0.1, 0, moved) + (moved > 0)
        moved = numpy.where(moved == 1, 0, moved)
        others = {number + 1: kind if random.random() < 0.8 else categories[int(random.integers(count))]["id"]
                  for number, kind in classes.items()}
        for name, contents, picture, kinds in (("truth", truth, ids, classes), ("found", found, moved, others)):
            write_picture(os.path.join(folder, name, f"{image}.png"), picture)
            contents["annotations"].append({
                "image_id": image, "file_name": f"{image}.png",
                "segments_info": segments_of(picture, kinds, random, name == "truth")})
        truth["images"].append({"id": image, "width": width, "height": height, "file_name": f"{image}.jpg"})
    for name, contents in (("truth", truth), ("found", found)):
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(contents, file)
    return truth, found


def reference(folder, truth, found):
    """Sums by category: IoU, true positives, false positives, false negatives."""
    sums = {category["id"]: [0.0, 0, 0, 0] for category in truth["categories"]}
    predictions = {annotation["image_id"]: annotation for annotation in found["annotations"]}
    for annotation in truth["annotations"]:
        other = predictions[annotation["image_id"]]
        planes = []
        for name, entry in (("truth", annotation), ("found", other)):
            with Image.open(os.path.join(folder, name, entry["file_name"])) as picture:
                colours = numpy.asarray(picture.convert("RGB")).astype(numpy.uint64)
            planes.append(colours[..., 0] + 256 * colours[..., 1] + 65536 * colours[..., 2])
        pairs, counts = numpy.unique(planes[0] * 2**24 + planes[1], return_counts=True)
        shared = {(int(pair) >> 24, int(pair) & 0xFFFFFF): int(number) for pair, number in zip(pairs, counts)}
        true = {segment["id"]: segment for segment in annotation["segments_info"]}
        said = {segment["id"]: segment for segment in other["segments_info"]}
        areas = {number: int((planes[1] == number).sum()) for number in said}
        matched = (set(), set())
        for (first, second), intersection in shared.items():
            if first not in true or second not in said or true[first]["iscrowd"]:
                continue
            kind = true[first]["category_id"]
            if kind != said[second]["category_id"]:
                continue
            union = areas[second] + true[first]["area"] - intersection - shared.get((0, second), 0)
            if intersection / union > 0.5:
                sums[kind][0] += intersection / union
                sums[kind][1] += 1
                matched[0].add(first)
                matched[1].add(second)
        crowds = {}
        for number, segment in true.items():
            if number in matched[0]:
                continue
            if segment["iscrowd"]:
                crowds[segment["category_id"]] = number
            else:
                sums[segment["category_id"]][3] += 1
        for number, segment in said.items():
            if number in matched[1]:
                continue
            excused = shared.get((0, number), 0) + shared.get((crowds.get(segment["category_id"]), number), 0)
            if excused / areas[number] <= 0.5:
                sums[segment["category_id"]][2] += 1
    return sums


def means(sums, categories, is_thing):
    """PQ, SQ, RQ and the number of classes."""
    kept = []
    for category in categories:
        iou, right, wrong, missed = sums[category["id"]]
        if (is_thing is not None and category["isthing"] != is_thing) or right + wrong + missed == 0:
            continue
        weight = right + 0.5 * wrong + 0.5 * missed
        kept.append((iou / weight, iou / right if right else 0, right / weight))
    if not kept:
        return [0, 0, 0, 0]
    return [sum(column) / len(kept) for column in zip(*kept)] + [len(kept)]


def measured(program, truth, found, output):
    subprocess.run([program, "evaluate", "--ground-truth", truth, "--detections", found, "--json", output],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(output) as file:
        return json.load(file)


def figures(quality):
    return [quality["pq"], quality["sq"], quality["rq"], quality["classCount"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--sets", type=int, default=50)
    parser.add_argument("--known")
    arguments = parser.parse_args()
    failures = 0
    for seed in range(arguments.sets):
        folder = os.path.join(arguments.folder, str(seed))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        random = numpy.random.default_rng(seed)
        truth, found = random_set(folder, random)
        sums = reference(folder, truth, found)
        result = measured(arguments.program, f"{folder}/truth.json", f"{folder}/found.json", f"{folder}/result.json")
        for name, is_thing in (("all", None), ("things", 1), ("stuff", 0)):
            expected = means(sums, truth["categories"], is_thing)
            if figures(result[name]) != expected:
                failures += 1
                print(f"set {seed}, {name}: {figures(result[name])}, expected {expected}")
        if pq_compute_single_core is not None:
            categories = {category["id"]: category for category in truth["categories"]}
            predictions = {annotation["image_id"]: annotation for annotation in found["annotations"]}
            pairs = [(annotation, predictions[annotation["image_id"]]) for annotation in truth["annotations"]]
            stat = pq_compute_single_core(0, pairs, f"{folder}/truth", f"{folder}/found", categories)
            for name, is_thing in (("all", None), ("things", True), ("stuff", False)):
                # It divides by the number of classes.
                if result[name]["classCount"] == 0:
                    continue
                quality, _ = stat.pq_average(categories, isthing=is_thing)
                expected = [quality["pq"], quality["sq"], quality["rq"], quality["n"]]
                if figures(result[name]) != expected:
                    failures += 1
                    print(f"set {seed}, {name}: {figures(result[name])}, panopticapi has {expected}")
        shutil.rmtree(folder)
    print(f"{arguments.sets} random sets{'' if pq_compute_single_core is None else ', panopticapi too'}")
    if arguments.known:
        result = measured(arguments.program, f"{arguments.known}/panoptic_train2017.json",
                          f"{arguments.known}/predictions.json", f"{arguments.folder}/known.json")
        with open(f"{arguments.known}/expected_pq.json") as file:
            known = json.load(file)
        for name in ("all", "things", "stuff"):
            expected = known[name.capitalize()]
            got = [round(value, 6) for value in figures(result[name])]
            if got != [expected["pq"], expected["sq"], expected["rq"], expected["n"]]:
                failures += 1
                print(f"known answers, {name}: {got}, expected {expected}")
        print(f"known answers: PQ {result['all']['pq']:.6f}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
