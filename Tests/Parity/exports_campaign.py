#!/usr/bin/env python3
"""Hands `peregrine` a random campaign of exports with known boxes, and looks for a silent wrong answer.

usage: exports_campaign.py PEREGRINE [--count 300] [--seed 1] [--keep FOLDER] [--only NUMBER] [--kind WORD] [--strict]
Every case is a small set of images, classes and boxes, written by one of the exporters in exports/, which follow the
formats' public documentation. Labels are read by `convert --to coco` and `audit --json -` and compared box by box;
detections are measured by `evaluate --json -`, where the boxes themselves must get AP 1 and moved boxes what
pycocotools says (if it is installed). A box that is not read has to be named: by a finding of its file, or by a
refusal (exit 64 to 66) that names a file or an option. Nothing in the set may change.

Wrong is: exit 0 with another box, image or figure, a crash, output that is no JSON, a file changed. Then the exit code
is 1, and the folders of these cases are kept with the command of each. Refusals of what is not ambiguous are listed by
kind, and are wrong with --strict where they are more than a tenth of their kind. Needs numpy and Pillow.
"""

import argparse
import collections
import hashlib
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

# Nothing is left beside the scripts.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "exports"))

import coco
import cvat
import detections
import labelme
import tables
import voc
import yolo

KINDS = {
    "yolo": yolo.detect,
    "yolo segments": yolo.polygons,
    "yolo pose": yolo.pose,
    "yolo oriented": yolo.oriented_boxes,
    "yolo class names": yolo.class_names,
    "voc": voc.labels,
    "coco": coco.labels,
    "coco of label studio": coco.label_studio,
    "cvat images": cvat.images,
    "cvat video": cvat.video,
    "labelme": labelme.labels,
    "own csv": tables.own_csv,
    "open images": tables.open_images,
    "deeppcb": tables.deep_pcb,
    "text x y w h": tables.text_sizes,
    "text corners": tables.text_corners,
    "coco results": detections.coco_results,
    "predictions.json": detections.predictions,
    "text detections": detections.text,
    "confidence last": detections.confidence_last,
    "comp4_det": detections.darknet,
    "csv detections": detections.own_csv,
    "text on both sides": detections.text_both,
}
# Drawn more often, because they have more forms.
ORDER = [*KINDS, "yolo", "yolo", "coco", "voc", "predictions.json", "cvat images"]
TOLERANCE = 0.001
# Findings that say nothing of a box that was left out.
UNRELATED = {
    "imageWithoutObjects",
    "greyImage",
    "rareClass",
    "classWithoutBoxes",
    "similarClassNames",
    "boxBelowOnePixel",
    "boxCoversImage",
    "extremeAspectRatio",
    "crowdBox",
    "difficultBox",
    "polygonLabel",
    "nearDuplicateImage",
    "nearDuplicateBox",
    "identicalPixels",
}


class Case:
    """A written export, what the program was asked, and what is wrong with its answers."""

    def __init__(self, number, kind, root, export):
        self.number, self.kind, self.root, self.export = number, kind, root, export
        self.problems, self.outcome, self.commands, self.refusal = [], "read", [], ""

    def path(self, name):
        return os.path.join(self.root, name) if name else self.root

    def run(self, peregrine, *arguments):
        command = [peregrine, *arguments]
        self.commands.append(shlex.join(command))
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        except subprocess.TimeoutExpired:
            self.problems.append(f"{arguments[0]} took more than two minutes")
            return None
        done.out, done.err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        if done.returncode < 0 or done.returncode >= 128:
            self.problems.append(f"{arguments[0]} crashed with exit {done.returncode}")
            return None
        return done

    def is_refusal(self, done):
        """Whether this is a plain refusal; one that names nothing is a problem."""
        if done.returncode not in (64, 65, 66):
            return False
        sentences = [
            line for line in done.err.splitlines() if line.startswith("peregrine: ")
        ] or done.err.strip().splitlines()
        self.refusal = sentences[0] if sentences else ""
        names = [name for folder, folders, files in os.walk(self.root) for name in folders + files]
        names += [os.path.basename(self.root), "--"]
        if not any(name in done.err for name in names):
            self.problems.append(f"the refusal names no file and no option: '{self.refusal}'")
        self.outcome = "refused"
        return True


def content(root):
    """A digest of every path, link and byte below a folder, links to folders followed."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(root, followlinks=True):
        folders.sort()
        for name in sorted(files) + sorted(f for f in folders if os.path.islink(os.path.join(folder, f))):
            path = os.path.join(folder, name)
            digest.update(path.encode() + b"\0")
            if os.path.islink(path):
                digest.update(os.readlink(path).encode())
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    digest.update(file.read())
    return digest.hexdigest()


def check_labels(case, peregrine):
    export = case.export
    output = os.path.join(os.path.dirname(case.root), "out.json")
    dataset = case.path(export.dataset)
    done = case.run(peregrine, "convert", dataset, output, "--to", "coco", *export.arguments)
    form = [{"--from": "--format"}.get(word, word) for word in export.arguments]
    audit = case.run(peregrine, "audit", dataset, *form, "--json", "-")
    if not done or not audit:
        return
    findings = []
    if audit.returncode in (0, 1):
        try:
            findings = json.loads(audit.out)["findings"]
        except (ValueError, KeyError) as problem:
            case.problems.append(f"audit --json - did not write JSON alone: {problem}")
    elif audit.returncode not in (64, 65, 66):
        case.problems.append(f"audit ended with {audit.returncode}")
    if case.is_refusal(done):
        return
    if done.returncode not in (0, 1) or not os.path.exists(output):
        case.problems.append(f"convert ended with {done.returncode}: {done.err.strip()[-300:]}")
        return
    with open(output, encoding="utf-8") as file:
        written = json.load(file)
    os.remove(output)
    said = "\n".join([done.out, done.err, audit.out, audit.err])
    compare(case, written, findings, said)
    for word, count in export.others.items():
        plain = "\n".join([done.out, done.err])
        named = any(
            re.search(rf"\b(?:{word})", line, re.I) and re.search(rf"\b{count}\b", line) for line in plain.splitlines()
        )
        if not named and sum(bool(re.search(word, json.dumps(finding), re.I)) for finding in findings) < count:
            case.problems.append(f"{count} × {word} are named neither by convert nor by audit")
    for pattern in export.mentions:
        if not re.search(pattern, said, re.I):
            case.problems.append(f"nothing is said that matches '{pattern}'")


def parts(path):
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def likeness(name, picture):
    """How many parts, from the last, a written name shares with the picture's path; the stem alone is half a part."""
    ours, theirs = parts(picture.path), parts(name)
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[-1 - shared] == theirs[-1 - shared]:
        shared += 1
    stem = os.path.splitext(ours[-1])[0]
    # Of two names with the same end, the one without more is the nearer.
    if shared:
        return shared + (0.25 if shared == len(theirs) else 0)
    return 0.5 if theirs[-1] in (stem, stem + ".jpg") else 0


def compare(case, written, findings, said):
    labels = {entry["id"]: entry["name"] for entry in written["categories"]}
    boxes = collections.defaultdict(list)
    for entry in written["annotations"]:
        x, y, w, h = entry["bbox"]
        boxes[entry["image_id"]].append((labels[entry["category_id"]], (x, y, x + w, y + h)))
    left = list(written["images"])
    unreadable = [f.get("file") or f.get("image") or "" for f in findings if f["kind"] == "unreadableImage"]
    for picture in case.export.pictures:
        if any(path.endswith("/" + picture.path) for path in unreadable):
            case.outcome = "named"
            continue
        best = max((likeness(image["file_name"], picture) for image in left), default=0)
        matches = [image for image in left if best and likeness(image["file_name"], picture) == best]
        named = named_findings(findings, picture)
        if not matches:
            if named == 0:
                case.problems.append(f"the image {picture.path} is neither written nor named")
            continue
        if len(matches) > 1:
            case.problems.append(f"several images are called like {picture.path}: {[m['file_name'] for m in matches]}")
        image = matches[0]
        left.remove(image)
        if case.export.sized and (image["width"], image["height"]) != (picture.width, picture.height):
            case.problems.append(
                f"{picture.path} is {image['width']}×{image['height']}; expected {picture.width}×{picture.height}"
            )
        missing, extra = difference(picture.boxes, boxes[image["id"]], said)
        if extra:
            case.problems.append(f"{picture.path}: boxes that are not there: {rounded(extra)}")
        if len(missing) > named:
            case.problems.append(
                f"{picture.path}: neither read nor named: {rounded((box.label, box.corners) for box in missing)}"
            )
        elif missing:
            case.outcome = "named"
    for image in left:
        if boxes[image["id"]]:
            case.problems.append(f"boxes of an image that is not there: {image['file_name']}")


def rounded(boxes):
    return [(label, *(round(value, 3) for value in corners)) for label, corners in boxes]


def named_findings(findings, picture):
    """How many findings speak of the picture's file or of its label file, and may mean a box that was left out."""
    name = parts(picture.path)[-1]
    stem = os.path.splitext(name)[0]

    def speaks(finding):
        places = [os.path.basename(finding.get(key) or "") for key in ("file", "image")]
        return any(os.path.splitext(place)[0] == stem for place in places) or name in (finding.get("detail") or "")

    return sum(speaks(finding) for finding in findings if finding["kind"] not in UNRELATED)


def difference(expected, found, said):
    """Boxes that were not found, and found ones that were not expected; each is matched once, the nearest first."""
    left, missing = list(found), []
    for box in expected:
        readings = [box.corners, *box.also]
        candidates = [
            (min(max(abs(a - b) for a, b in zip(corners, reading)) for reading in readings), index)
            for index, (label, corners) in enumerate(left)
            if label == box.label
        ]
        best = min(candidates, default=(float("inf"), -1))
        if best[0] <= TOLERANCE:
            left.pop(best[1])
        elif not (box.excuse and re.search(box.excuse, said, re.I)):
            missing.append(box)
    return missing, left


def check_detections(case, peregrine):
    export = case.export
    arguments = [case.path(word[1:]) if word.startswith("@") else word for word in export.arguments]
    done = case.run(
        peregrine,
        "evaluate",
        "--ground-truth",
        case.path(export.dataset),
        "--detections",
        case.path(export.detections),
        *arguments,
        "--json",
        "-",
    )
    if not done or case.is_refusal(done):
        return
    if done.returncode not in (0, 1):
        case.problems.append(f"evaluate ended with {done.returncode}: {done.err.strip()[-300:]}")
        return
    try:
        figure = json.loads(done.out)["metrics"]["AP"]
    except (ValueError, KeyError) as problem:
        case.problems.append(f"evaluate --json - did not write JSON alone: {problem}")
        return
    if not abs(figure - export.expected_ap) <= 1e-9:
        case.problems.append(f"AP is {figure}; expected {export.expected_ap}")


def run_case(number, options, folder):
    kind = ORDER[number % len(ORDER)]
    if options.kind and options.kind not in kind:
        return None
    r = random.Random(f"{options.seed}-{number}")
    root = os.path.join(folder, f"case-{number:04d}", "set")
    os.makedirs(root)
    export = KINDS[kind](r, root)
    case = Case(number, kind, root, export)
    before = content(root)
    if export.detections:
        check_detections(case, options.peregrine)
    else:
        check_labels(case, options.peregrine)
    if content(root) != before:
        case.problems.append("files of the set were changed")
    if case.problems:
        case.outcome = "wrong"
    return case


def report(cases, options, folder):
    """Prints the wrong cases, the refusals and the table; returns how many failed."""
    failed = [case for case in cases if case.outcome == "wrong"]
    script = shlex.join([sys.argv[0], options.peregrine, "--seed", str(options.seed)])
    for case in failed:
        print(f"case {case.number} ({case.kind}: {', '.join(map(str, case.export.features))})")
        for problem in case.problems[:4]:
            print(f"  {problem}"[:500])
        for command in case.commands:
            print(f"  $ {command}")
        print(f"  again: {script} --only {case.number} --keep {shlex.quote(folder)}")
    print(f"{'kind':22} {'cases':>5} {'read':>5} {'named':>5} {'refused':>7} {'wrong':>5}")
    refused = 0
    for kind in KINDS:
        own = [case for case in cases if case.kind == kind]
        counts = collections.Counter(case.outcome for case in own)
        if not own:
            continue
        print(
            f"{kind:22} {len(own):5} {counts['read']:5} {counts['named']:5} {counts['refused']:7} {counts['wrong']:5}"
        )
        clear = [case for case in own if case.outcome == "refused" and not case.export.ambiguous]
        unclear = [case for case in own if case.outcome == "refused" and case.export.ambiguous]
        for what, some in (("though it is clear", clear), ("where it is ambiguous", unclear)):
            if len(some) > len(own) / 10:
                example = f"case {some[0].number}: {some[0].refusal[:300]}"
                print(f"  {len(some)} of {len(own)} are refused {what}, such as {example}")
        if options.strict and len(clear) > len(own) / 10:
            refused += 1
    return len(failed) + refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peregrine")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="FOLDER", help="where the folders of the wrong cases stay")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this case alone, whose folder is always kept")
    parser.add_argument("--kind", help="only kinds with this word in their name")
    parser.add_argument("--strict", action="store_true", help="too many refusals of what is clear are wrong too")
    options = parser.parse_args()
    options.peregrine = shutil.which(options.peregrine) or options.peregrine
    options.peregrine = os.path.abspath(options.peregrine)
    folder = os.path.abspath(options.keep) if options.keep else tempfile.mkdtemp(prefix="exports-")
    os.makedirs(folder, exist_ok=True)
    cases = []
    for number in range(options.count) if options.only is None else [options.only]:
        shutil.rmtree(os.path.join(folder, f"case-{number:04d}"), ignore_errors=True)
        case = run_case(number, options, folder)
        if not case:
            continue
        cases.append(case)
        if case.outcome != "wrong" and options.only is None:
            shutil.rmtree(os.path.join(folder, f"case-{number:04d}"))
    failures = report(cases, options, folder)
    if not os.listdir(folder):
        os.rmdir(folder)
    print(f"{len(cases) - sum(case.outcome == 'wrong' for case in cases)} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
