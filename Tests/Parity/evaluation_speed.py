#!/usr/bin/env python3
"""Times `peregrine evaluate` against hotcoco and pycocotools on one set, whole processes in turn, on this machine.

usage: evaluation_speed.py PEREGRINE FOLDER [ROUNDS] [--pycocotools]
FOLDER holds truth.json and found.json as large_set.py writes them. Prints the median of the wall time and the largest
memory of each, and the ratio to hotcoco.
"""
import os
import statistics
import subprocess
import sys
import time

PYTHON = """
import sys, contextlib, io
name, truth, found = sys.argv[1:4]
if name == 'hotcoco':
    from hotcoco import COCO, COCOeval
else:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
with contextlib.redirect_stdout(io.StringIO()):
    ground = COCO(truth)
    evaluation = COCOeval(ground, ground.loadRes(found), 'bbox')
    evaluation.evaluate(); evaluation.accumulate(); evaluation.summarize()
"""


def timed(command):
    """Wall seconds and peak MiB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command[0]} failed with status {status}")
    return seconds, usage.ru_maxrss / 1024


def main(peregrine, folder, rounds, slow):
    truth, found = os.path.join(folder, "truth.json"), os.path.join(folder, "found.json")
    commands = {
        "peregrine": [peregrine, "evaluate", "--ground-truth", truth, "--detections", found],
        "hotcoco": [sys.executable, "-c", PYTHON, "hotcoco", truth, found],
    }
    if slow:
        commands["pycocotools"] = [sys.executable, "-c", PYTHON, "pycocotools", truth, found]
    for command in commands.values():
        timed(command)
    measured = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            measured[name].append(timed(command))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in measured.items()}
    for name, (seconds, memory) in medians.items():
        ratios = [value / base for value, base in zip((seconds, memory), medians["hotcoco"])]
        print(f"{name:12} {seconds:7.3f} s {memory:7.0f} MiB   {ratios[0]:.2f} of the time, {ratios[1]:.2f} of the memory")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    main(arguments[0], arguments[1], int(arguments[2]) if len(arguments) > 2 else 7, "--pycocotools" in sys.argv)
