#!/usr/bin/env python3
"""Holds the metrics that `peregrine evaluate` printed against pycocotools on the two files that it saved.

usage: coco_metrics.py GROUND_TRUTH.json DETECTIONS.json METRICS.json
Exits with 1 and the first difference when any of the twelve numbers is not the same double.
"""
import contextlib
import io
import json
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = "AP AP50 AP75 APsmall APmedium APlarge AR1 AR10 AR100 ARsmall ARmedium ARlarge".split()


def main(ground_truth, detections, metrics):
    ours = json.load(open(metrics))["metrics"]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(ground_truth)
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    failed = False
    for name, theirs in zip(NAMES, evaluation.stats):
        same = ours[name] == float(theirs)
        failed = failed or not same
        print(f"{name:9} peregrine {ours[name]!r:22} pycocotools {float(theirs)!r:22} {'' if same else 'DIFFERENT'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
