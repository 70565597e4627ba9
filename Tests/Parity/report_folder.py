"""A copy of a report's folder, the commands that run in it, and what reports.py expects of their answers."""

import json
import os
import re
import shutil
import subprocess


class Wrong(Exception):
    """An answer that is not the README's."""


class Scratch:
    """A copy of a report's folder, in which commands run."""

    def __init__(self, peregrine, source, folder):
        self.peregrine, self.folder = peregrine, folder
        shutil.copytree(source, folder, symlinks=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def command(self, *words, timeout=240):
        done = subprocess.run(
            words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, "PEREGRINE": self.peregrine},
        )
        done.out, done.err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        done.text = done.out + done.err
        if done.returncode < 0 or done.returncode >= 124:
            raise Wrong(f"{' '.join(words[1:])[:120]} ended with {done.returncode}")
        return done

    def run(self, *arguments):
        return self.command(self.peregrine, *arguments)

    def script(self):
        done = self.command("bash", "run.sh")
        for code in re.findall(r"^exit (\d+)$", done.text, re.M):
            expect(int(code) < 124, f"run.sh says exit {code}")
        expect("Illegal instruction" not in done.text and "crashed" not in done.text, "run.sh shows a crash")
        return done

    def names(self, word, done):
        """Whether the output has the word, apart from the scratch folder's own name."""
        return re.search(word, done.text.replace(self.folder, ""), re.I)

    def json_of(self, command, *arguments, codes=(0,)):
        """The JSON that a command writes with --json to a file."""
        target = self.path("answer.json")
        if os.path.exists(target):
            os.remove(target)
        done = self.run(command, *arguments, "--json", target)
        expect(done.returncode in codes, f"{command} ended with {done.returncode}: {last(done)}")
        with open(target) as file:
            return json.load(file), done

    def boxes(self, dataset, *arguments, codes=(0,)):
        """What `convert --to coco` reads: {file name: [(class, x1, y1, x2, y2)]}."""
        target = self.path("boxes.json")
        if os.path.exists(target):
            os.remove(target)
        done = self.run("convert", dataset, target, "--to", "coco", *arguments)
        expect(done.returncode in codes, f"convert {dataset} ended with {done.returncode}: {last(done)}")
        with open(target) as file:
            return read_coco(json.load(file)), done

    def average_precision(self, truth, detections, *arguments):
        value, done = self.json_of("evaluate", "--ground-truth", truth, "--detections", detections, *arguments)
        return value["metrics"]["AP"], done

    def figure_or_refusal(self, expected, *arguments):
        """AP as expected, or a refusal that says something; returns which."""
        target = self.path("answer.json")
        done = self.run("evaluate", *arguments, "--json", target)
        if done.returncode in (64, 65, 66):
            expect(len(last(done)) > 20, "the refusal says nothing")
            return f"refused: {last(done)}"
        expect(done.returncode == 0, f"evaluate ended with {done.returncode}")
        with open(target) as file:
            near(json.load(file)["metrics"]["AP"], expected, "AP")
        return f"AP {expected:.4f}"


def last(done):
    return (done.err.strip() or done.out.strip() or "no word").splitlines()[-1]


def expect(condition, otherwise):
    if not condition:
        raise Wrong(otherwise)


def near(found, expected, what, tolerance=1e-6):
    expect(abs(found - expected) <= tolerance, f"{what} is {found}; expected {expected}")


def read_coco(value):
    names = {entry["id"]: entry["name"] for entry in value["categories"]}
    boxes = {image["file_name"].replace("\\", "/"): [] for image in value["images"]}
    files = {image["id"]: image["file_name"].replace("\\", "/") for image in value["images"]}
    for entry in value["annotations"]:
        x, y, w, h = entry["bbox"]
        boxes[files[entry["image_id"]]].append((names[entry["category_id"]], x, y, x + w, y + h))
    return boxes


def same_boxes(found, expected):
    """Holds boxes, by the last part of each file name, against the expected ones; other images have none."""
    by_name = {name.split("/")[-1]: sorted(boxes) for name, boxes in found.items()}
    for name, boxes in expected.items():
        expect(name in by_name, f"{name} is not read; found {sorted(by_name)}")
        close = len(by_name[name]) == len(boxes) and all(
            a[0] == b[0] and all(abs(x - y) < 0.01 for x, y in zip(a[1:], b[1:]))
            for a, b in zip(by_name[name], sorted(boxes))
        )
        expect(close, f"{name}: boxes {by_name[name]}; expected {sorted(boxes)}")
    extra = {name: boxes for name, boxes in by_name.items() if boxes and name not in expected}
    expect(not extra, f"boxes of other images: {extra}")
