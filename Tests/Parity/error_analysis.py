#!/usr/bin/env python3
"""Holds the error types that `peregrine evaluate` counts, and what each costs, against the tidecv package.

usage: error_analysis.py PROGRAM [GROUND_TRUTH.json DETECTIONS.json] [--sets N]
       error_analysis.py --report REPORT.json GROUND_TRUTH.json DETECTIONS.json...
Compares the `errors` section of the JSON report on a COCO file pair, or on N seeded random sets (100 by default) with
crowds, score ties, images and classes without objects, and more than 100 detections in an image; or of every entry of a
report that `compare --json` has written of the detections, in their order. Counts must be equal, average precisions within
1e-9 relative. Exits with 1 when one is not. Needs tidecv 1.0.1.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

from tidecv import Data, TIDE

TOLERANCE = 1e-9


def theirs(truth, results):
    """The same quantities from tidecv, as fractions."""
    gt, predictions = Data("truth"), Data("results")
    # In the order of their ids, which decides between equal scores.
    for image in sorted(truth["images"], key=lambda image: image["id"]):
        gt.add_image(image["id"], image["file_name"])
    for category in truth["categories"]:
        gt.add_class(category["id"], category["name"])
    for annotation in truth["annotations"]:
        add = gt.add_ignore_region if annotation["iscrowd"] else gt.add_ground_truth
        add(annotation["image_id"], annotation["category_id"], annotation["bbox"])
    for result in results:
        predictions.add_detection(result["image_id"], result["category_id"], result["score"], result["bbox"])
    tide = TIDE()
    run = tide.evaluate(gt, predictions, mode=TIDE.BOX)
    gains = {error.short_name: gain / 100 for error, gain in run.fix_main_errors().items()}
    special = {error.short_name: gain / 100 for error, gain in run.fix_special_errors().items()}
    counts = {error.short_name: count for error, count in run.count_errors().items()}
    return run.ap / 100, gains, counts, special


def ours(program, truth_path, results_path, folder):
    report = os.path.join(folder, "report.json")
    subprocess.run(
        [program, "evaluate", "--ground-truth", truth_path, "--detections", results_path, "--json", report,
         "--analysis", "--resamples", "0"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(report) as file:
        return json.load(file)["analysis"]["errors"]


def compare(name, report, truth_path, results_path, verbose):
    """The number of differences."""
    with open(truth_path) as file:
        truth = json.load(file)
    with open(results_path) as file:
        results = json.load(file)
    average, gains, counts, special = theirs(truth, results)
    rows = [("AP", report["AP"], average)]
    rows += [(f"dAP {key}", report["types"][key]["dAP"], gain) for key, gain in gains.items()]
    rows += [(f"count {key}", report["types"][key]["count"], count) for key, count in counts.items()]
    rows += [(f"dAP {key}", report[key], gain) for key, gain in special.items()]
    differences = 0
    for key, a, b in rows:
        # A difference of two equal averages is some 1e-17, and not the same on both sides.
        same = a == b if key.startswith("count") else abs(a - b) <= TOLERANCE * max(abs(a), abs(b)) + 1e-15
        differences += not same
        if verbose or not same:
            print(f"{name:20} {key:14} peregrine {a!r:22} tidecv {b!r:22} {'' if same else 'DIFFERENT'}")
    return differences


def random_set(seed, folder):
    generator = random.Random(seed)
    classes = generator.randint(1, 6)
    images = [{"id": 5 + 3 * i, "file_name": f"{i}.jpg", "width": 64, "height": 64} for i in range(15)]
    generator.shuffle(images)
    annotations, results = [], []

    def box():
        return [generator.randint(0, 40), generator.randint(0, 40), generator.randint(5, 20), generator.randint(5, 20)]

    def detect(image, category, bbox):
        score = generator.choice([generator.randint(1, 20) / 20, generator.random()])
        results.append({"image_id": image["id"], "category_id": category, "bbox": bbox, "score": score})

    for image in images:
        for _ in range(generator.choice([0, 1, 3, 8])):
            # The last class has detections only.
            bbox, category = box(), generator.randint(1, classes)
            annotations.append({
                "id": len(annotations) + 1, "image_id": image["id"], "category_id": category, "bbox": bbox,
                "area": bbox[2] * bbox[3], "iscrowd": int(generator.random() < 0.1)})
            for _ in range(generator.randint(0, 3)):
                near = [bbox[0] + generator.randint(-5, 5), bbox[1] + generator.randint(-3, 3),
                        max(1, bbox[2] + generator.randint(-4, 4)), bbox[3]]
                detect(image, category if generator.random() < 0.75 else generator.randint(1, classes + 1), near)
        for _ in range(generator.choice([0, 2, 5, 120])):
            detect(image, generator.randint(1, classes + 1), box())
    if not results:
        detect(images[0], 1, box())
    truth = {
        "images": images, "annotations": annotations,
        "categories": [{"id": i, "name": f"class {i}"} for i in range(1, classes + 2)]}
    paths = [os.path.join(folder, name) for name in ("truth.json", "results.json")]
    for path, content in zip(paths, (truth, results)):
        with open(path, "w") as file:
            json.dump(content, file)
    return paths


def compare_entries(report_path, truth_path, results_paths):
    """The number of differences in a report of `compare`."""
    with open(report_path) as file:
        entries = json.load(file)["entries"]
    if len(entries) != len(results_paths):
        raise SystemExit(f"{report_path}: {len(entries)} entries, but {len(results_paths)} files of detections")
    return sum(
        compare(entry["name"][:20], entry["analysis"]["errors"], truth_path, path, verbose=True)
        for entry, path in zip(entries, results_paths))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", help="the program, or with --report the ground truth")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--report", help="of compare --json")
    arguments = parser.parse_args()
    if arguments.report:
        return 1 if compare_entries(arguments.report, arguments.program, arguments.files) else 0
    with tempfile.TemporaryDirectory() as folder:
        def differences(name, paths, verbose=False):
            return compare(name, ours(arguments.program, *paths, folder), *paths, verbose)

        if arguments.files:
            return 1 if differences("files", arguments.files, verbose=True) else 0
        failed = sum(bool(differences(f"set {seed}", random_set(seed, folder))) for seed in range(arguments.sets))
    print(f"{arguments.sets} sets, {failed} with differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
