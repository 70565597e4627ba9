#!/usr/bin/env python3
"""Holds an imported Yolo-Fastest against OpenCV's detections with the same weights.

usage: yolo_fastest.py PROGRAM DATA_FOLDER
Imports DATA/yolo-fastest, evaluates it on DATA/coco128-train as the reference was made (plain bilinear stretch, lowest
score 0.005, suppression in each class at IoU 0.45), and compares AP with what pycocotools gives for
DATA/yolo-fastest/opencv-detections-coco128-train.json; then looks for what can be seen in DATA/photos/dog.jpg. This
small network gives the truck, which it takes for a car, no more than 0.20 in the given reference arrays.
Exits with 1 where AP differs by more than 0.003 or an object is missing.
"""
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = "AP AP50 AP75 APsmall APmedium APlarge AR1 AR10 AR100 ARsmall ARmedium ARlarge".split()
TOLERANCE = 0.003


def metrics(ground_truth, detections):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(ground_truth)
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(NAMES, map(float, evaluation.stats)))


def main(program, data):
    weights, images = os.path.join(data, "yolo-fastest"), os.path.join(data, "coco128-train")
    ground_truth = os.path.join(images, "instances_train2017.json")
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)

        def run(*arguments):
            subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)

        run("import", "darknet", "--cfg", os.path.join(weights, "yolo-fastest-1.1.cfg"),
            "--weights", os.path.join(weights, "yolo-fastest-1.1.weights"), "--names", os.path.join(weights, "coco.names"),
            "--output", path("model.safetensors"))
        run("evaluate", "--model", path("model.safetensors"), "--data", images, "--confidence", "0.005", "--iou", "0.45",
            "--save-ground-truth", path("truth.json"), "--save-detections", path("found.json"),
            "--json", path("metrics.json"))
        run("detect", os.path.join(data, "photos", "dog.jpg"), "--model", path("model.safetensors"),
            "--confidence", "0.15", "--json", path("dog.json"))
        with open(path("metrics.json")) as file:
            ours = json.load(file)["metrics"]
        ours_by_pycocotools = metrics(path("truth.json"), path("found.json"))
        with open(path("dog.json")) as file:
            seen = {entry["label"]: entry for entry in reversed(json.load(file)[0]["detections"])}
    reference = metrics(ground_truth, os.path.join(weights, "opencv-detections-coco128-train.json"))
    print(f"{'':9} {'peregrine':>10} {'OpenCV':>10} {'difference':>11}")
    for name in NAMES:
        print(f"{name:9} {ours[name]:10.4f} {reference[name]:10.4f} {ours[name] - reference[name]:11.4f}")
    for label in ("dog", "bicycle", "truck"):
        entry = seen.get(label)
        print(f"{label}: " + (f"{entry['score']:.3f} at {entry['box']}" if entry else "not found"))
    failures = [f"{name} is not what pycocotools gives" for name in NAMES if ours[name] != ours_by_pycocotools[name]]
    if abs(ours["AP"] - reference["AP"]) > TOLERANCE:
        failures.append(f"AP differs by more than {TOLERANCE}")
    failures += [f"no {label} in dog.jpg" for label in ("dog", "bicycle", "truck") if label not in seen]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(f"usage: {sys.argv[0]} PROGRAM DATA_FOLDER")
    sys.exit(main(*sys.argv[1:]))
