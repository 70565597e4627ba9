#!/usr/bin/env python3
"""Runs the public reports of issue 17 on `peregrine`, and holds what it does against the right answer of each README.

usage: reports.py PEREGRINE REPORTS_FOLDER [NAME …]
Each `NN-name` folder of REPORTS_FOLDER is copied to a scratch folder; its run.sh is run there, and its commands one by
one, whose exit codes, JSON and files are checked rather than the wording of tables. Where the README allows a figure
or a refusal, both are right, and the table says which it was. Exits with 1 where an answer is wrong. Needs the standard
library only.
"""

import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

from report_folder import Scratch, Wrong, expect, last, near, read_coco, same_boxes

REPORTS = {}


def report(name):
    def register(function):
        REPORTS[name] = function
        return function

    return register


@report("01-output-name-of-one-character")
def output_name(s):
    s.script()
    done = s.run("evaluate", "--ground-truth", "gt.json", "--detections", "dt.json", "--json", "-")
    if done.returncode == 0:
        near(json.loads(done.out)["metrics"]["AP"], 1, "AP on standard output")
    else:
        expect(done.returncode in (64, 65, 66, 73), f"--json - ended with {done.returncode}")
    answers = ["- on standard output" if done.returncode == 0 else "- refused"]
    inputs = ["--ground-truth", "gt.json", "--detections", "dt.json"]
    for words in (
        ["audit", "gt.json", "--json", "a"],
        ["audit", "gt.json", "--patch", "b"],
        ["evaluate", *inputs, "--json", "c"],
        ["evaluate", *inputs, "--csv", "d"],
        ["evaluate", *inputs, "--html", "e", "--resamples", "0"],
        ["evaluate", *inputs, "--save-curves", "h"],
        ["evaluate", *inputs, "--shard", "1/2", "--part", "i"],
        ["explain-map", *inputs, "--json", "j"],
    ):
        name = next(word for word in words if len(word) == 1)
        if os.path.exists(s.path(name)):
            os.remove(s.path(name))
        done = s.run(*words)
        expect(
            done.returncode in (0, 1),
            f"{words[0]} {words[words.index(name) - 1]} {name} ended with {done.returncode}: {last(done)}",
        )
        expect(os.path.getsize(s.path(name)) > 0, f"{name} is empty")
    return answers[0]


@report("02-output-replaces-devices-and-links")
def devices_and_links(s):
    arguments = ["evaluate", "--ground-truth", "gt.json", "--detections", "dt.json", "--json"]
    os.symlink("target.json", s.path("link.json"))
    with open(s.path("target.json"), "w") as file:
        file.write("old")
    os.mkfifo(s.path("fifo"))
    nodes = ["link.json", "fifo"]
    try:
        os.mknod(s.path("null"), stat.S_IFCHR | 0o644, os.makedev(1, 3))
        nodes.append("null")
    except PermissionError:
        pass
    got = []
    reader = threading.Thread(
        target=lambda: got.append(subprocess.run(["timeout", "20", "cat", s.path("fifo")], capture_output=True).stdout)
    )
    answers = []
    for name in nodes:
        if name == "fifo":
            reader.start()
        kind = stat.S_IFMT(os.lstat(s.path(name)).st_mode)
        done = s.run(*arguments, name)
        expect(done.returncode in (0, 64, 65, 66, 73), f"--json {name} ended with {done.returncode}")
        expect(stat.S_IFMT(os.lstat(s.path(name)).st_mode) == kind, f"{name} was replaced")
        answers.append(f"{name} {'written' if done.returncode == 0 else 'refused'}")
        if name == "fifo":
            if done.returncode != 0:
                # Lets the reader go.
                open(s.path("fifo"), "w").close()
            reader.join()
            expect(done.returncode != 0 or json.loads(got[0])["metrics"], "the reader of the FIFO got no JSON")
        if name == "link.json" and done.returncode == 0:
            with open(s.path("target.json")) as file:
                near(json.load(file)["metrics"]["AP"], 1, "AP in the link's target")
    if "null" in nodes:
        s.script()
        for name, test in (("null", stat.S_ISCHR), ("fifo", stat.S_ISFIFO), ("link.json", stat.S_ISLNK)):
            expect(test(os.lstat(s.path("w", name)).st_mode), f"run.sh: {name} was replaced")
    return ", ".join(answers)


@report("03-numeric-image-ids-without-coco-ground-truth")
def numeric_image_ids(s):
    s.script()
    return s.figure_or_refusal(1, "--ground-truth", "data", "--detections", "predictions.json")


@report("04-text-detections-with-confidence-last")
def confidence_last(s):
    s.script()
    answer = s.figure_or_refusal(
        1, "--ground-truth", "gt.json", "--detections", "labels", "--boxes", "relative", "--classes", "names.txt"
    )
    expect(
        answer.startswith("AP") or re.search("confidence|column|order|score", answer),
        f"the refusal does not name the order: {answer}",
    )
    return answer


@report("05-yolo-split-folders-train-images")
def split_folders(s):
    s.script()
    with open(s.path("out.json")) as file:
        found = read_coco(json.load(file))
    audit, _ = s.json_of("audit", "data", codes=(0, 1))
    expect((audit["totals"]["images"], audit["totals"]["boxes"]) == (6, 6), f"audit: {audit['totals']}")
    counts = {entry["name"]: entry["boxes"] for entry in audit["classes"]}
    expect(counts == {"bolt": 3, "nut": 3}, f"audit: boxes {counts}")
    expected = {}
    for split in ("train", "valid", "test"):
        for number, label in enumerate(("bolt", "nut")):
            # 0.260417 0.390625 0.3125 0.46875 of 96×64.
            expected[f"IMG_{split}{number}_jpg.rf.0123456789abcdef{number}.jpg"] = [(label, 10.0, 10.0, 40.0, 40.0)]
    same_boxes(found, expected)
    same_boxes(s.boxes("data/data.yaml")[0], expected)
    return "6 boxes"


def box_or_refusal(s, dataset, expected, output="o.csv"):
    """The box in our CSV that run.sh writes, or no file and a refusal."""
    done = s.run("convert", dataset, "check.csv", "--to", "csv")
    if done.returncode in (64, 65, 66):
        expect(not os.path.exists(s.path(output)), "a refusal, and yet a file")
        return f"refused: {last(done)}"
    expect(done.returncode == 0, f"convert ended with {done.returncode}")
    same_boxes(s.boxes(dataset)[0], expected)
    return "the box"


@report("08-yolo-labels-with-class-names")
def labels_with_class_names(s):
    s.script()
    answer = box_or_refusal(s, "data", {"a.jpg": [("thing", 40.0, 30.0, 60.0, 70.0)]})
    audit = s.run("audit", "data")
    expect(answer == "the box" or audit.returncode != 0, "audit finds nothing where convert refuses")
    return answer


@report("09-symbolic-links-to-folders")
def links_to_folders(s):
    s.script()
    for arguments in (["set"], ["set", "--format", "yolo"]):
        audit, _ = s.json_of("audit", *arguments, codes=(0, 1))
        expect((audit["totals"]["images"], audit["totals"]["boxes"]) == (4, 4), f"audit {arguments}: {audit['totals']}")
    found, _ = s.json_of("detect", "set/images")
    expect(len(found) == 4, f"detect found {len(found)} images; expected 4")
    return "4 images, 4 boxes"


@report("10-labelstudio-coco-paths")
def label_studio_paths(s):
    s.script()
    for name in ("win-old", "win-new", "unix-new", "localfiles"):
        audit, _ = s.json_of("audit", name, codes=(0, 1))
        expect("missingImage" not in audit["totals"]["findings"], f"audit {name}: images are missing")
        expect(audit["totals"]["images"] == 2, f"audit {name}: {audit['totals']}")
        for more in ([], ["--images-folder", f"{name}/images"]):
            shutil.rmtree(s.path("out"), ignore_errors=True)
            done = s.run("convert", name, "out", "--to", "yolo", *more)
            expect(done.returncode == 0, f"convert {name} {more} ended with {done.returncode}: {last(done)}")
            audit, _ = s.json_of("audit", "out", codes=(0, 1))
            expect(
                (audit["totals"]["images"], audit["totals"]["boxes"]) == (2, 2), f"{name} as YOLO: {audit['totals']}"
            )
    return "all four forms"


@report("11-string-image-ids")
def string_image_ids(s):
    s.script()
    near(s.average_precision("gt-str.json", "dt-str.json")[0], 1, "AP of strings in both files")
    near(s.average_precision("data", "stems.json")[0], 1, "AP of stems")
    return "AP 1 and 1"


@report("13-more-than-100-objects")
def more_than_100_objects(s):
    s.script()
    figure, done = s.average_precision("gt.json", "dt.json")
    near(figure, 0.663366, "AP", 1e-5)
    said = [
        line
        for line in done.text.splitlines()
        if re.search(r"\b50\b(?!\s*%)", re.sub(r"0\.50:|IoU 0\.50", "", line)) and "100" in line
    ]
    expect(said, "nothing says that 50 of 150 detections were cut off by the 100 of the protocol")
    near(s.average_precision("gt.json", "dt.json", "--max-detections", "1000")[0], 1, "AP with --max-detections 1000")
    return said[0].strip()


@report("14-png-called-jpg")
def png_called_jpg(s):
    s.script()
    found, done = s.json_of("detect", "png.jpg", "jpeg.png")
    expect(len(found) == 2, f"detect found {len(found)} images; expected 2")
    for name in ("png.jpg", "jpeg.png"):
        expect(
            any(name in line and re.search("PNG|JPEG", line) for line in done.err.splitlines()),
            f"no warning about {name}",
        )
    return "read, with a warning each"


@report("15-bmp-tif-webp-skipped-silently")
def other_image_formats(s):
    s.script()
    found, done = s.json_of("detect", "set/images", codes=(0, 1))
    audit, second = s.json_of("audit", "set", codes=(0, 1))
    if len(found) == 4:
        expect(audit["totals"]["images"] == 4 and audit["totals"]["boxes"] == 4, f"audit: {audit['totals']}")
        expect(
            "labelsWithoutImage" not in audit["totals"]["findings"],
            "audit: labels without image, though the images are there",
        )
        return "read"
    for text, what in ((done.text, "detect"), (second.text + json.dumps(audit), "audit")):
        for extension in ("bmp", "tif", "webp"):
            expect(re.search(rf"\.{extension}\b", text, re.I), f"{what} does not name .{extension}")
    return "named"


@report("17-cvat-other-shapes-stop-everything")
def cvat_other_shapes(s):
    s.script()
    for kind in ("tag", "polyline", "points", "skeleton", "cuboid"):
        # A folder whose name does not name the shape.
        shutil.rmtree(s.path("set"), ignore_errors=True)
        shutil.copytree(s.path(kind), s.path("set"))
        found, done = s.boxes("set", codes=(0, 1))
        same_boxes(found, {"a.jpg": [("ship", 30.0, 40.0, 70.0, 60.0)]})
        audit, second = s.json_of("audit", "set", codes=(0, 1))
        expect(audit["totals"]["boxes"] == 1, f"audit {kind}: {audit['totals']}")
        expect(s.names(kind, done) or s.names(kind, second), f"<{kind}> is not named")
    return "1 box each"


@report("18-windows-paths-in-lists")
def windows_paths(s):
    s.script()
    # The sample model has to know the class, so that there is a ground truth to look at.
    with open(s.path("data", "classes.txt"), "w") as file:
        file.write("sphere\n")
    for name in ("win.txt", "abs.txt"):
        done = s.run("evaluate", "--data", "data", "--list", name, "--save-ground-truth", "truth.json")
        expect(done.returncode == 0, f"--list {name} ended with {done.returncode}: {last(done)}")
        with open(s.path("truth.json")) as file:
            chosen = sorted(image["file_name"].split("/")[-1] for image in json.load(file)["images"])
        expect(chosen == ["im0.jpg", "im2.jpg"], f"{name} chooses {chosen}")
    return "im0.jpg and im2.jpg"


@report("19-darknet-valid-results")
def darknet_results(s):
    s.script()
    near(s.average_precision("gt.json", "voc", "--boxes", "xyxy")[0], 1, "AP")
    return "AP 1"


@report("20-broken-json-on-one-line")
def broken_json(s):
    text = s.script().text
    # The comma that is one too many is character 391, the brace behind it 392.
    said = [line for line in text.splitlines() if re.search(r"\b39[0-3]\b", line)]
    expect(said, f"the place in the line is not named: {text.strip()[-200:]}")
    return said[0].replace(s.folder, "").strip()


@report("22-yaml-splits-and-validation-overlap")
def splits_and_overlap(s):
    s.script()
    first = s.run("train", "tiny.yaml", "--data", "data/mine.yaml", "--output", "a", "--threads", "1")
    expect(first.returncode == 0, f"train ended with {first.returncode}: {last(first)}")
    expect(
        len(re.findall(r"\b2 images", first.text)) >= 2 and not re.search(r"\b4 images\b(?!/)", first.text),
        f"not 2 images and 2: {first.out[:300]}",
    )
    with open(s.path("a", "log.csv")) as file:
        header, *rows = [line.strip().split(",") for line in file]
    column = next((i for i, name in enumerate(header) if name.lower() in ("ap", "validationap", "validation ap")), None)
    expect(
        column is not None and any(len(row) > column and row[column] for row in rows),
        "the log has no AP of a validation",
    )
    second = s.run(
        "train", "tiny.yaml", "--data", "data", "--validation", "data/images/val", "--output", "b", "--threads", "1"
    )
    said = [
        line
        for line in second.text.splitlines()
        if "validation" in line and re.search(r"also|among|both|overlap|same|too", line)
    ]
    expect(
        said or second.returncode in (64, 65, 66), "nothing says that validation images are among the training images"
    )
    return (said or [last(second)])[0]


@report("24-darknet-key-twice")
def darknet_key_twice(s):
    text = s.script().text
    expect("twice" not in text.replace("twice.cfg", ""), f"refused for the key: {text.strip()}")
    # 18 filters of 3 channels with a bias each, behind a header of three numbers and 64 bits.
    with open(s.path("right.weights"), "wb") as file:
        file.write(struct.pack("<iiiQ", 0, 2, 0, 0) + struct.pack("<72f", *[0.01] * 72))
    done = s.run(
        "import", "darknet", "--cfg", "twice.cfg", "--weights", "right.weights", "--output", "right.safetensors"
    )
    expect(
        done.returncode == 0 and os.path.exists(s.path("right.safetensors")),
        f"import ended with {done.returncode}: {last(done)}",
    )
    return "imported"


@report("26-labelme")
def labelme(s):
    s.script()
    done = s.run("audit", "data")
    if done.returncode in (64, 65, 66):
        expect(s.names("labelme", done), f"LabelMe is not named: {last(done)}")
        return f"refused: {last(done)}"
    boxes = [("cat", 10.0, 10.0, 40.0, 40.0), ("dog", 50.0, 50.0, 60.0, 80.0)]
    same_boxes(s.boxes("data")[0], {"f0.jpg": boxes, "f1.jpg": boxes})
    one = s.run("audit", "data/f0.json")
    expect(one.returncode in (0, 1) or s.names("labelme", one), f"audit data/f0.json: {last(one)}")
    return "4 boxes"


@report("27-cvat-video")
def cvat_video(s):
    s.script()
    found, _ = s.boxes("data")
    same_boxes(
        found,
        {"frame_000000.PNG": [("car", 10.0, 10.0, 30.0, 30.0)], "frame_000001.PNG": [("car", 12.0, 10.0, 32.0, 30.0)]},
    )
    return f"2 boxes in {len(found)} images"


@report("28-large-photographs")
def large_photographs(s):
    found, _ = s.json_of("detect", "big.png")
    expect(len(found) == 1, f"detect found {len(found)} images")
    return "read"


@report("30-audit-stops-at-the-first-bad-annotation")
def all_bad_annotations(s):
    s.script()
    audit, done = s.json_of("audit", "gt.json", codes=(1,))
    text = json.dumps(audit["findings"])
    for index in range(3):
        by_place = re.search(rf"annotations\[{index}\]", text + done.text)
        by_id = re.search(rf"annotation (with )?(the )?(id )?{index + 1}\b", text + done.text)
        expect(by_place or by_id, f"annotation {index} is not named: {audit['totals']}")
    return "all three"


@report("31-yolo-float-class")
def float_class(s):
    s.script()
    same_boxes(s.boxes("data")[0], {"a.jpg": [("thing", 40.0, 30.0, 60.0, 70.0)]})
    return "the box"


def main(peregrine, reports, names):
    if not os.path.isdir(reports):
        print(f"skipped: there is no folder {reports}")
        print("0 passed, 0 failed")
        return 0
    peregrine = os.path.abspath(shutil.which(peregrine) or peregrine)
    there = sorted(name for name in os.listdir(reports) if re.match(r"\d\d-", name))
    chosen = [name for name in sorted({*REPORTS, *there}) if not names or any(word in name for word in names)]
    table, failed = [], 0
    with tempfile.TemporaryDirectory(prefix="reports-") as folder:
        for name in chosen:
            try:
                expect(name in REPORTS, "a report that this script does not know")
                expect(name in there, "the report's folder is not there")
                table.append(
                    (
                        name,
                        "right",
                        REPORTS[name](Scratch(peregrine, os.path.join(reports, name), os.path.join(folder, name))),
                    )
                )
            except (Wrong, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as problem:
                kind = "" if isinstance(problem, Wrong) else f"{type(problem).__name__}: "
                table.append((name, "wrong", f"{kind}{problem}".replace(folder + "/", "")))
                failed += 1
    for name, answer, detail in table:
        detail = " ".join(str(detail).replace(folder + "/", "").split())
        print(f"{name:48} {answer:6} {detail[:300]}")
    print(f"{len(table) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(f"usage: {sys.argv[0]} PEREGRINE REPORTS_FOLDER [NAME …]")
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
