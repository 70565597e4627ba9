#!/usr/bin/env python3
"""Holds the paired bootstrap of `peregrine compare` against one made of pycocotools' matches with numpy.

usage: paired_bootstrap.py REPORT.json GROUND_TRUTH.json RESULTS.json RESULTS.json... [--seed N]
REPORT is what `compare --json` writes of the results, in their order; `evaluate --analysis` reports, one for each of the
results, go with --intervals. The images are drawn twice: with the program's own generator, written anew here, so that
differences, intervals and shares agree to rounding; and with numpy's, so that they agree as two samples of one thing do.
Every eighth resample is accumulated by pycocotools itself as well. Exits with 1 where something does not agree.
"""
import argparse
import contextlib
import copy
import io
import json
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

TOLERANCE = 1e-12
WORD = (1 << 64) - 1


class SeededGenerator:
    """xoshiro256** seeded by splitmix64, and Lemire's fair numbers below a bound."""

    def __init__(self, seed, stream):
        for word in stream:
            seed, mixed = self.splitmix64(seed)
            _, seed = self.splitmix64(mixed ^ word)
        self.state = []
        for _ in range(4):
            seed, mixed = self.splitmix64(seed)
            self.state.append(mixed)

    @staticmethod
    def splitmix64(word):
        word = (word + 0x9E3779B97F4A7C15) & WORD
        mixed = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & WORD
        return word, mixed ^ (mixed >> 31)

    @staticmethod
    def rotated(word, count):
        return ((word << count) | (word >> (64 - count))) & WORD

    def next(self):
        a, b, c, d = self.state
        result = (self.rotated((b * 5) & WORD, 7) * 9) & WORD
        c, d = c ^ a, d ^ b
        self.state = [a ^ d, b ^ c, c ^ ((b << 17) & WORD), self.rotated(d, 45)]
        return result

    def below(self, count):
        while True:
            product = self.next() * count
            if product & WORD >= (1 << 64) % count:
                return product >> 64


class Detector:
    """Matched once by pycocotools; averaged over any draw of the images."""

    def __init__(self, truth_path, results_path):
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO(truth_path)
            with open(results_path) as file:
                results = json.load(file)
            # Results of some images alone: the others count as images in which nothing was found.
            self.evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
            self.evaluation.params.areaRng, self.evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
            self.evaluation.params.maxDets = [100]
            self.evaluation.evaluate()
        self.images = list(self.evaluation.params.imgIds)
        self.recalls = self.evaluation.params.recThrs
        self.blocks = []
        count = len(self.images)
        for index in range(len(self.evaluation.params.catIds)):
            blocks = []
            for place, entry in enumerate(self.evaluation.evalImgs[index * count:(index + 1) * count]):
                if entry is not None:
                    ignored = entry["dtIgnore"] != 0
                    blocks.append((
                        place, np.array(entry["dtScores"]), (entry["dtMatches"] != 0) & ~ignored, ignored,
                        int(np.count_nonzero(entry["gtIgnore"] == 0))))
            self.blocks.append(blocks)

    def average(self, multiplicities):
        """AP and AP50 of the images drawn so often."""
        columns = []
        for blocks in self.blocks:
            drawn = [block for block in blocks for _ in range(multiplicities[block[0]])]
            objects = sum(block[4] for block in drawn)
            if objects:
                columns.append(self.precision(drawn, objects))
        if not columns:
            return 0.0, 0.0
        precision = np.stack(columns, axis=2)
        return float(np.mean(precision)), float(np.mean(precision[0]))

    def precision(self, drawn, objects):
        """[IoU thresholds × recalls]."""
        order = np.argsort(-np.concatenate([block[1] for block in drawn]), kind="mergesort")
        right = np.concatenate([block[2] for block in drawn], axis=1)[:, order]
        ignored = np.concatenate([block[3] for block in drawn], axis=1)[:, order]
        hits = np.cumsum(right, axis=1).astype(float)
        misses = np.cumsum(~right & ~ignored, axis=1).astype(float)
        envelope = np.maximum.accumulate((hits / (misses + hits + np.spacing(1)))[:, ::-1], axis=1)[:, ::-1]
        sampled = np.zeros((len(hits), len(self.recalls)))
        for row, recall in enumerate(hits / objects):
            places = np.searchsorted(recall, self.recalls, side="left")
            reached = places < len(recall)
            sampled[row, reached] = envelope[row, places[reached]]
        return sampled

    def average_by_pycocotools(self, multiplicities):
        """The same, accumulated by pycocotools of as many copies of an image as were drawn."""
        copies = np.repeat(np.arange(len(self.images)), multiplicities)
        drawn, count = copy.copy(self.evaluation), len(self.images)
        drawn.params = copy.deepcopy(self.evaluation.params)
        drawn.params.imgIds = list(range(len(copies)))
        drawn._paramsEval = copy.deepcopy(drawn.params)
        drawn.evalImgs = [
            self.evaluation.evalImgs[index * count + place] for index in range(len(self.blocks)) for place in copies]
        with contextlib.redirect_stdout(io.StringIO()):
            drawn.accumulate()
        precision = drawn.eval["precision"]
        return tuple(
            float(np.mean(part[part > -1])) if (part > -1).any() else 0.0 for part in (precision, precision[0]))


class Resamples:
    """The figures of every detector for the draws of one generator."""

    def __init__(self, detectors, draws):
        self.values = np.array([[detector.average(draw) for draw in draws] for detector in detectors])

    def difference(self, first, second, metric):
        return self.values[first, :, metric] - self.values[second, :, metric]


def interval(values, level):
    return np.percentile(values, [100 * (1 - level) / 2, 100 * (1 + level) / 2])


def share(differences):
    return float(np.mean(np.where(differences > 0, 1, np.where(differences == 0, 0.5, 0))))


class Judge:
    def __init__(self):
        self.failed = 0
        self.largest = 0.0

    def same(self, what, ours, theirs):
        apart = abs(ours - theirs)
        self.largest = max(self.largest, apart)
        self.report(what, ours, theirs, apart <= TOLERANCE)

    def report(self, what, ours, theirs, agrees):
        self.failed += not agrees
        print(f"{what:66} peregrine {ours!r:24} numpy {theirs!r:24} {'' if agrees else 'DIFFERENT'}")

    def sampled(self, what, bootstrap, differences):
        """Percentiles of two samples of one distribution differ by some 0.12 standard deviations at 1,000 resamples."""
        count = min(len(differences), bootstrap["difference"]["resamples"])
        slack = 0.6 * np.std(differences) * np.sqrt(1000 / count) + 1e-9
        for name, ours, theirs in zip(
                ("lower", "upper"), (bootstrap["difference"]["lower"], bootstrap["difference"]["upper"]),
                interval(differences, bootstrap["difference"]["level"])):
            self.report(f"{what} {name}, other draws", ours, float(theirs), abs(ours - theirs) <= slack)
        ours, theirs = bootstrap["shareFirstBetter"], share(differences)
        slack = 5 * np.sqrt(2 * max(theirs * (1 - theirs), 0.01) / count)
        self.report(f"{what} share, other draws", ours, theirs, abs(ours - theirs) <= slack)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("report", help="of compare --json; - for none")
    parser.add_argument("truth")
    parser.add_argument("results", nargs="+")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--intervals", nargs="*", default=[], help="reports of evaluate --json --analysis")
    arguments = parser.parse_args()
    pairs, names = [], []
    if arguments.report != "-":
        with open(arguments.report) as file:
            report = json.load(file)
        pairs, names = report["pairs"], [entry["name"] for entry in report["entries"]]
        if len(names) != len(arguments.results) or len(pairs) != len(names) * (len(names) - 1) // 2:
            raise SystemExit(f"{arguments.report}: {len(names)} entries, {len(pairs)} pairs; expected "
                             f"{len(arguments.results)} entries and every pair of them")
    singles = []
    for path in arguments.intervals:
        with open(path) as file:
            singles.append(json.load(file)["analysis"]["intervals"])
    counts = {bootstrap["difference"]["resamples"] for pair in pairs for bootstrap in pair["bootstrap"].values()}
    counts |= {bootstrap["resamples"] for single in singles for bootstrap in single.values()}
    if len(counts) != 1:
        raise SystemExit(f"expected one number of resamples, not {sorted(counts)}")
    count = counts.pop()
    detectors = [Detector(arguments.truth, path) for path in arguments.results]
    images = len(detectors[0].images)
    draws = []
    for resample in range(count):
        generator = SeededGenerator(arguments.seed, [resample])
        draws.append(np.bincount([generator.below(images) for _ in range(images)], minlength=images))
    random = np.random.default_rng(20)
    other_draws = [np.bincount(random.integers(0, images, images), minlength=images) for _ in range(count)]

    judge = Judge()
    for detector, path in zip(detectors, arguments.results):
        for draw in draws[::8]:
            if detector.average(draw) != detector.average_by_pycocotools(draw):
                judge.failed += 1
                print(f"{path}: a resample differs from pycocotools")
    same, other = Resamples(detectors, draws), Resamples(detectors, other_draws)
    whole = [detector.average(np.ones(images, int)) for detector in detectors]
    for pair in pairs:
        first, second = names.index(pair["first"]), names.index(pair["second"])
        for metric, name in enumerate(("AP", "AP50")):
            bootstrap, what = pair["bootstrap"][name], f"{pair['first']} - {pair['second']} {name}"
            differences = same.difference(first, second, metric)
            lower, upper = interval(differences, bootstrap["difference"]["level"])
            judge.same(what, bootstrap["difference"]["value"], whole[first][metric] - whole[second][metric])
            judge.same(f"{what} lower", bootstrap["difference"]["lower"], float(lower))
            judge.same(f"{what} upper", bootstrap["difference"]["upper"], float(upper))
            judge.same(f"{what} share", bootstrap["shareFirstBetter"], share(differences))
            judge.sampled(what, bootstrap, other.difference(first, second, metric))
    for place, single in enumerate(singles):
        for metric, name in enumerate(("AP", "AP50")):
            lower, upper = interval(same.values[place, :, metric], single[name]["level"])
            judge.same(f"{arguments.results[place]} {name}", single[name]["value"], whole[place][metric])
            judge.same(f"{arguments.results[place]} {name} lower", single[name]["lower"], float(lower))
            judge.same(f"{arguments.results[place]} {name} upper", single[name]["upper"], float(upper))
    print(f"{count} resamples of {images} images: largest difference with the same draws {judge.largest}, "
          f"{judge.failed} disagreements")
    return 1 if judge.failed else 0


if __name__ == "__main__":
    sys.exit(main())
