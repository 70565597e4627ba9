#!/usr/bin/env python3
"""Times the pooling of regions against torchvision.ops.roi_align on this machine, in turn, on two threads.

usage: roi_align_speed.py PROGRAM [ROUNDS]
PROGRAM is peregrine. Both pool 1,000 regions of 20 to 300 pixels to 7×7 bins, two samples a side, shifted by half a
cell, out of one 1×256×200×200 map of stride 4. Prints the median of the rounds' medians, forward and backward, and
the ratios; a ratio above 1 says that torchvision is slower. Exits with 77 where torchvision is missing.
"""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

THREADS, RUNS = 2, 5
REGIONS, CHANNELS, EXTENT, STRIDE = 1000, 256, 200, 4


class Torchvision:
    def __init__(self):
        import torch
        from torchvision.ops import roi_align

        torch.set_num_threads(THREADS)
        self.torch, self.roi_align = torch, roi_align
        generator = random.Random(1)
        boxes = []
        for _ in range(REGIONS):
            width, height = generator.uniform(20, 300), generator.uniform(20, 300)
            x, y = generator.uniform(0, EXTENT * STRIDE - width), generator.uniform(0, EXTENT * STRIDE - height)
            boxes.append([0, x, y, x + width, y + height])
        self.boxes = torch.tensor(boxes)
        self.map = torch.rand(1, CHANNELS, EXTENT, EXTENT).requires_grad_()
        self.gradient = torch.rand(REGIONS, CHANNELS, 7, 7)

    def run(self):
        """Seconds of one forward and one backward pass."""
        start = time.perf_counter()
        pooled = self.roi_align(
            self.map, self.boxes, 7, spatial_scale=1 / STRIDE, sampling_ratio=2, aligned=True)
        middle = time.perf_counter()
        self.torch.autograd.grad(pooled, self.map, self.gradient)
        return middle - start, time.perf_counter() - middle

    def medians(self):
        forward, backward = zip(*(self.run() for _ in range(RUNS)))
        return statistics.median(forward), statistics.median(backward)


def program_medians(program, file):
    command = [program, "benchmark", "roi-align", "--runs", str(RUNS), "--threads", str(THREADS), "--json", file]
    process = subprocess.run(command, stdout=subprocess.DEVNULL)
    if process.returncode != 0:
        raise SystemExit(f"{program} benchmark roi-align failed with status {process.returncode}")
    with open(file) as text:
        figures = json.load(text)
    return figures["forward"], figures["backward"]


def main(program, rounds):
    try:
        torchvision = Torchvision()
    except ImportError as error:
        print(f"skipped: torchvision is missing ({error})")
        raise SystemExit(77)
    measured = {"peregrine": [], "torchvision": []}
    torchvision.run()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            measured["torchvision"].append(torchvision.medians())
            measured["peregrine"].append(program_medians(program, os.path.join(folder, "figures.json")))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in measured.items()}
    for name, (forward, backward) in medians.items():
        print(f"{name:12} forward {1e3 * forward:8.2f} ms   backward {1e3 * backward:8.2f} ms")
    forward, backward = (theirs / ours for ours, theirs in zip(medians["peregrine"], medians["torchvision"]))
    print(f"torchvision / peregrine: forward {forward:.2f}, backward {backward:.2f}")
    print(f"medians of {rounds} rounds of {RUNS} runs, {THREADS} threads")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
