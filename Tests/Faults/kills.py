#!/usr/bin/env python3
"""Kills runs (SIGKILL) at random moments, and sees what they leave.

kills.py PROGRAM [--kills 1000] [--jobs 2] [--work FOLDER] [--commands WORD…]

After every kill each file under a final name must be whole. Then the run is started again (with --resume where there is
one, to be killed again), and when one ends at last no temporary file may be left and every file must have the bytes that
an uninterrupted run gives.
"""
import argparse
import concurrent.futures
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile

import fixture
import injections
import outputs

# Share of all kills, the command, whether --resume continues it.
RUNS = {
    "train yolo": (20, "train long-yolo.yaml --data scenes --threads 1 --output OUT", True),
    "train faster-rcnn": (20, "train long-faster-rcnn.yaml --data scenes --threads 1 --output OUT", True),
    "synthesize": (12, "synthesize OUT --count 12 --size 96x96 --threads 1", True),
    "convert": (12, "convert scenes/annotations.json OUT --to yolo --images copy", False),
    "detect": (12, "detect scenes/images --model yolo.model --confidence 0 --threads 1 --coco OUT/found.json --annotate OUT/copies", False),
    "audit --clean": (12, "audit scenes --clean OUT", False),
    "quantize": (12, "quantize yolo.model --data scenes --images 4 --method max --threads 1 --output OUT/int8.safetensors", False),
}
# Files whose bytes hold times, and the log, which grows row by row.
VARYING = ("log.csv", ".lock")


class Series:
    """Kills of one command, until there are enough."""

    def __init__(self, program, inputs, work, name, kills, seed):
        _, self.line, self.resumes = RUNS[name]
        self.program, self.inputs, self.work, self.name, self.wanted = program, inputs, work, name, kills
        self.generator = random.Random(f"{name} {seed}")
        self.killed = self.finished = 0
        self.problems = []

    def run(self):
        folder, outcome = self.start(None)
        if outcome.status not in (0, 1):
            self.problems.append(f"without a kill: exit {outcome.status}: {outcome.errors[-200:]}")
            return self
        self.seconds, self.bytes, self.status = outcome.seconds, self.digest(folder), outcome.status
        shutil.rmtree(folder)
        while self.killed < self.wanted and len(self.problems) < 20:
            self.once()
        return self

    def start(self, folder, resume=False, kill=None):
        if folder is None:
            folder = tempfile.mkdtemp(dir=self.work)
            for name in os.listdir(self.inputs):
                os.symlink(os.path.join(self.inputs, name), os.path.join(folder, name))
            os.mkdir(os.path.join(folder, "out"))
            if "OUT/" in self.line:
                os.mkdir(os.path.join(folder, "out/result"))
        arguments = [word.replace("OUT", "out/result") for word in self.line.split()] + (["--resume"] if resume else [])
        return folder, injections.run(self.program, arguments, folder, kill=kill, limit_seconds=600)

    def once(self):
        """One run, killed up to four times where it can be resumed, and ended."""
        folder, resume = None, False
        for _ in range(self.generator.randint(1, 4) if self.resumes else 1):
            folder, outcome = self.start(folder, resume, (signal.SIGKILL, injections.moment(self.generator, self.seconds)))
            self.killed += outcome.status == -signal.SIGKILL
            self.check(folder, "after a kill")
            # Training has something to resume behind its first epoch.
            place = "out/result/checkpoints/last.safetensors" if self.name.startswith("train") else "out/result"
            resume = self.resumes and os.path.exists(os.path.join(folder, place))
            if outcome.status in (0, 1):
                break
        else:
            # A killed convert leaves nothing, or all.
            if not os.path.exists(os.path.join(folder, "out/result")) or "OUT/" in self.line or self.resumes:
                folder, outcome = self.start(folder, resume)
                if outcome.status != self.status:
                    self.problems.append(f"the run after a kill: exit {outcome.status}: {outcome.errors[-300:]}")
                    shutil.rmtree(folder)
                    return
        self.check(folder, "at the end")
        if left := outputs.leftovers(folder):
            self.problems.append(f"at the end: {os.path.basename(left[0])} is left")
        if (found := self.digest(folder)) != self.bytes:
            names = sorted(set(found.items()) ^ set(self.bytes.items()))
            self.problems.append(f"at the end: other bytes than without a kill: {[name for name, _ in names][:4]}")
        self.finished += 1
        shutil.rmtree(folder)

    def check(self, folder, when):
        place = os.path.join(folder, "out")
        for name in outputs.files(place):
            path = os.path.join(place, name)
            if os.path.basename(name) not in VARYING and os.path.exists(path) and (problem := outputs.problem(path)):
                self.problems.append(f"{when}: {name}: {problem}")

    def digest(self, folder):
        place = os.path.join(folder, "out")
        digests = {}
        for name in outputs.files(place):
            if os.path.basename(name) in VARYING:
                continue
            with open(os.path.join(place, name), "rb") as file:
                digests[name] = hashlib.sha256(file.read()).hexdigest()
        return digests


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work")
    parser.add_argument("--commands", nargs="*", default=[])
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        inputs = os.path.join(work, "inputs")
        fixture.make(program, inputs)
        for name, text in (("yolo", fixture.YOLO), ("faster-rcnn", fixture.FASTER_RCNN)):
            with open(os.path.join(inputs, f"long-{name}.yaml"), "w") as file:
                file.write(text.replace("epochs: 3", "epochs: 8"))
        names = [name for name in RUNS if not options.commands or any(word in name for word in options.commands)]
        shares = sum(RUNS[name][0] for name in names)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            series = pool.map(
                lambda name: Series(program, inputs, work, name, -(-options.kills * RUNS[name][0] // shares), options.seed).run(), names)
            bad = kills = 0
            for one in series:
                print(f"{one.name:18} {one.killed} kills, {one.finished} runs ended, {len(one.problems)} problems", flush=True)
                for problem in one.problems[:10]:
                    print("  " + problem, flush=True)
                bad += len(one.problems)
                kills += one.killed
    print(f"{kills} kills, {bad} problems")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
