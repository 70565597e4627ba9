#!/usr/bin/env python3
"""Compares the figures of label files with plain references, on random sets and on disturbed membranes.

usage: segmentation_metrics.py PEREGRINE FOLDER [--sets 200] [--membranes FOLDER]
Every set has 1 to 4 images of random sizes, 2 to 21 classes of which some may be absent, labels and predictions that agree in
part, and pixels to be ignored. 'evaluate --label-maps' measures them. Figures of pixels are compared to the last digit with a
confusion matrix in numpy; Rand and information scores within 1e-9 with scikit-image's adapted_rand_error and
variation_of_information; F of boundaries within 1e-9 with distance transforms of scipy. --membranes is a folder of ISBI 2012's
form (image, label: 0 is membrane), whose labels are disturbed. Exits with 77 where a package is absent, with 1 where a figure
differs.
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
    from scipy import ndimage
    from skimage.measure import label
    from skimage.metrics import adapted_rand_error, variation_of_information
except ImportError as error:
    print(f"skipped: {error}; the comparison needs numpy, Pillow, scipy and scikit-image")
    sys.exit(77)


def patches(random, values, height, width):
    """Random classes in squares of 1 to 5 pixels."""
    side = int(random.integers(1, 6))
    small = random.choice(values, size=(-(-height // side), -(-width // side)))
    return small.repeat(side, axis=0).repeat(side, axis=1)[:height, :width].astype(numpy.uint8)


def write_set(folder, random):
    """Writes images, labels, predictions and a list of classes; returns the labels and predictions."""
    for name in ("images", "labels", "found"):
        os.makedirs(os.path.join(folder, name))
    classes = int(random.integers(2, 22))
    with open(os.path.join(folder, "classes.txt"), "w") as file:
        file.writelines(f"thing {index}\n" for index in range(classes))
    present = random.choice(classes, size=int(random.integers(1, classes + 1)), replace=False)
    pairs = []
    for index in range(int(random.integers(1, 5))):
        height, width = random.integers(1, 40, size=2)
        truth = patches(random, present, height, width)
        other = patches(random, numpy.arange(classes), height, width)
        found = numpy.where(random.random(truth.shape) < random.random(), truth, other)
        truth[random.random(truth.shape) < 0.2 * random.random()] = 255
        truth[0, 0] = present[0]
        name = f"{index}.png"
        Image.fromarray(numpy.zeros((height, width, 3), numpy.uint8)).save(os.path.join(folder, "images", name))
        Image.fromarray(truth).save(os.path.join(folder, "labels", name))
        Image.fromarray(found).save(os.path.join(folder, "found", name))
        pairs.append((truth, found))
    return classes, pairs


def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values) if values else 0.0


def figures(classes, pairs):
    confusion = numpy.zeros((classes, classes), dtype=numpy.int64)
    for truth, found in pairs:
        counted = truth != 255
        places = truth[counted].astype(numpy.int64) * classes + found[counted]
        confusion += numpy.bincount(places, minlength=classes * classes).reshape(classes, classes)
    right, shown, said = numpy.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    with numpy.errstate(invalid="ignore"):
        iou, accuracy = right / (shown + said - right), right / shown
    weighted = 0.0
    for share, value in zip(shown / shown.sum(), iou):
        weighted += share * (0 if numpy.isnan(value) else value)
    return dict(
        confusion=confusion.tolist(), iou=[None if numpy.isnan(value) else value for value in iou],
        accuracy=[None if numpy.isnan(value) else value for value in accuracy],
        meanIoU=mean([value for value in iou if not numpy.isnan(value)]),
        classAccuracy=mean([value for value in accuracy if not numpy.isnan(value)]),
        pixelAccuracy=right.sum() / shown.sum(), frequencyWeightedIoU=weighted)


def optional_mean(values):
    values = [value for value in values if value is not None]
    return mean(values) if values else None


def region_figures(truth, found, border):
    """Figures of one image's regions, None where the truth has none."""
    truth, found = (numpy.where(map == 255, border, map) for map in (truth, found))
    shown, said = (label(map, background=border, connectivity=1) for map in (truth, found))
    if not shown.any():
        return None
    with numpy.errstate(invalid="ignore"):
        error, split, merge = adapted_rand_error(shown, said)
    splits, merges = variation_of_information(shown, said, ignore_labels=(0,))
    # Of no pairs of pixels none is wrong; scikit-image has no figure then.
    error, split, merge = (other if numpy.isnan(value) else value
                           for value, other in ((error, 0), (split, 1), (merge, 1)))
    counted = shown > 0
    entropies = entropy(shown[counted]) + entropy(said[counted])
    return dict(
        adaptedRandError=error, randFScore=1 - error, randSplitScore=split, randMergeScore=merge, falseSplits=splits,
        falseMerges=merges, variationOfInformation=splits + merges,
        informationFScore=1 - (splits + merges) / entropies if entropies > 0 else 1)


def entropy(labels):
    shares = numpy.unique(labels, return_counts=True)[1] / labels.size
    return float(-(shares * numpy.log2(shares)).sum())


def boundary_figures(truth, found, classes, tolerance):
    """By class: F of the boundary in one image, None where there is none in either map."""
    found = numpy.where(truth == 255, 255, found)
    squared = tolerance ** 2 * (truth.shape[0] ** 2 + truth.shape[1] ** 2)
    scores = []
    for index in range(classes):
        lines = []
        for map in (truth, found):
            inside = map == index
            # Outside of the image lies no other class.
            lines.append(inside & ~ndimage.binary_erosion(inside, border_value=1))
        if not lines[0].any() and not lines[1].any():
            scores.append(None)
            continue
        if not lines[0].any() or not lines[1].any():
            scores.append(0.0)
            continue
        recall, precision = (
            float((ndimage.distance_transform_edt(~other)[line] ** 2 <= squared + 1e-9).mean())
            for line, other in (lines, lines[::-1]))
        scores.append(2 * precision * recall / (precision + recall) if precision and recall else 0.0)
    return scores


def near_figures(classes, pairs, border, tolerance):
    """Figures that are compared within 1e-9, by name."""
    regions = [value for value in (region_figures(*pair, border) for pair in pairs) if value]
    expected = {"regions.imageCount": len(regions)}
    for key in regions[0] if regions else ():
        expected["regions." + key] = mean([value[key] for value in regions])
    if tolerance is not None:
        scores = [boundary_figures(*pair, classes, tolerance) for pair in pairs]
        expected["boundary.meanFScore"] = optional_mean([optional_mean(image) for image in scores])
        for index in range(classes):
            expected[f"boundary.{index}"] = optional_mean([image[index] for image in scores])
    return expected


def flattened(report):
    """A report's figures by the names of near_figures."""
    figures = {"regions.imageCount": report["regions"]["imageCount"]}
    for key, value in report["regions"].get("mean", {}).items():
        figures["regions." + key] = value
    figures["boundary.meanFScore"] = report["boundary"].get("meanFScore")
    for index, value in enumerate(report["boundary"]["fScores"]):
        figures[f"boundary.{index}"] = value
    return figures


def differ(ours, expected):
    if ours is None or expected is None:
        return ours is not expected
    return not abs(ours - expected) <= 1e-9


def evaluate(peregrine, data, found, report, *options):
    subprocess.run(
        [peregrine, "evaluate", "--data", data, "--label-maps", found, "--json", report, "--resamples", "0", *options],
        check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        return json.load(file)


def random_set(peregrine, folder, seed):
    """How many figures of a random set differ."""
    random = numpy.random.default_rng(seed)
    classes, pairs = write_set(folder, random)
    border, tolerance = int(random.integers(0, classes)), round(float(random.uniform(0, 0.05)), 4)
    ours = evaluate(
        peregrine, folder, os.path.join(folder, "found"), os.path.join(folder, "report.json"), "--border-class",
        f"thing {border}", "--boundary-tolerance", str(tolerance))
    ours["iou"] = [entry.get("iou") for entry in ours["classes"]]
    ours["accuracy"] = [entry.get("accuracy") for entry in ours["classes"]]
    failed = 0
    for key, expected in figures(classes, pairs).items():
        if ours[key] != expected:
            failed += 1
            print(f"set {seed}, {key}: {ours[key]}, numpy has {expected}")
    near = flattened(ours)
    for key, expected in near_figures(classes, pairs, border, tolerance).items():
        if differ(near.get(key), expected):
            failed += 1
            print(f"set {seed}, {key}: {near.get(key)}, expected {expected}")
    return failed


def disturbed(random, truth, kind):
    """Membranes (0) as a poor network might draw them."""
    if kind == 0:
        found = ndimage.binary_dilation(truth, iterations=2)
    elif kind == 1:
        found = ndimage.binary_erosion(truth, iterations=2, border_value=1)
    elif kind == 2:
        found = numpy.roll(truth, (3, -2), axis=(0, 1))
    elif kind == 3:
        found = truth ^ (random.random(truth.shape) < 0.01)
    else:
        found = truth.copy()
        for _ in range(60):
            row, column = random.integers(0, truth.shape[0] - 20, size=2)
            found[row:row + 20, column:column + 20] = random.random() < 0.5
    return found.astype(numpy.uint8)


def membranes(peregrine, data, folder):
    """How many figures of disturbed membranes differ."""
    random = numpy.random.default_rng(0)
    names = sorted(os.listdir(os.path.join(data, "label")))
    found = os.path.join(folder, "found")
    os.makedirs(found)
    pairs = []
    for index, name in enumerate(names):
        truth = numpy.array(Image.open(os.path.join(data, "label", name))).astype(bool)
        prediction = disturbed(random, truth, index % 5)
        Image.fromarray(prediction).save(os.path.join(found, name))
        pairs.append((truth.astype(numpy.uint8), prediction))
    report = evaluate(
        peregrine, data, found, os.path.join(folder, "report.json"), "--border-class", "class 0")
    ours, failed = flattened(report), 0
    for key, expected in near_figures(2, pairs, 0, 0.0075).items():
        if differ(ours.get(key), expected):
            failed += 1
            print(f"membranes, {key}: {ours.get(key)}, expected {expected}")
    print(f"{len(names)} disturbed slices: Rand F-score {ours['regions.randFScore']:.6f}, "
          f"variation of information {ours['regions.variationOfInformation']:.6f} bits, "
          f"boundary F {ours['boundary.meanFScore']:.6f}, {failed} figures that differ")
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--membranes")
    arguments = parser.parse_args()
    failed = 0
    for index in range(arguments.sets):
        folder = os.path.join(arguments.folder, str(index))
        failed += random_set(arguments.peregrine, folder, index)
        shutil.rmtree(folder)
    print(f"{arguments.sets} sets, {failed} figures that differ")
    if arguments.membranes:
        failed += membranes(arguments.peregrine, arguments.membranes, os.path.join(arguments.folder, "membranes"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
