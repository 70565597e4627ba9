#!/usr/bin/env python3
"""Runs every command under every fault, and compares with the table of expectations.py.

table.py PROGRAM [--work FOLDER] [--commands WORD…] [--faults WORD…] [--repeat N] [--jobs N]

Prints a line for every cell that is not as expected and a table of all, and ends with 1 where there is one. Full disks
need root, for a small file system in memory; without it these rows are skipped, with a line that says so.
"""
import argparse
import collections
import concurrent.futures
import os
import random
import resource
import shutil
import signal
import sys
import tempfile

import fixture
import injections
import outputs
from commands import COMMANDS
from expectations import KEPT, TABLE, expectation, matches

OLD = b"old\n"
STREAMS = {
    "closed input": "<&-", "closed output": ">&-", "closed error": "2>&-", "all closed": "<&- >&- 2>&-",
    "output full": ">/dev/full", "error full": "2>/dev/full",
}
SIGNALS = {name: getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")}


class Cell:
    """One command under one fault, in a folder of its own that links to the inputs."""

    def __init__(self, program, inputs, work, command, fault, usual, seed):
        self.program, self.command, self.fault, self.usual = program, command, fault, usual
        self.folder = tempfile.mkdtemp(dir=work)
        self.generator = random.Random(f"{command.name} {fault} {seed}")
        for name in os.listdir(inputs):
            os.symlink(os.path.join(inputs, name), os.path.join(self.folder, name))
        self.place = os.path.join(self.folder, "out")
        os.mkdir(self.place)
        self.output = os.path.join("out", "result" + command.extension)
        self.path = os.path.join(self.folder, self.output)
        self.arguments = command.arguments(self.output)

    def write_old(self):
        if self.command.output in ("file", "lines"):
            with open(self.path, "wb") as file:
                file.write(OLD)

    def run(self):
        """Nil, or what is not as expected."""
        expected = expectation(self.command, self.fault)
        if self.fault in ("full disk", "nearly full disk", "read-only folder"):
            free = 0 if self.fault == "full disk" else self.generator.choice([4096, 8192])
            with injections.FullDisk(self.place, free=free, read_only=self.fault == "read-only folder") as disk:
                self.write_old()
                disk.fill()
                found = self.check(expected, self.start())
        else:
            self.write_old()
            found = self.check(expected, self.start())
        shutil.rmtree(self.folder, ignore_errors=True)
        return found

    def start(self):
        def run(**options):
            return injections.run(self.program, self.arguments, self.folder, **options)

        fault = self.fault
        if fault in STREAMS:
            return run(streams=STREAMS[fault])
        if fault in SIGNALS:
            return run(kill=(SIGNALS[fault], injections.moment(self.generator, self.usual.seconds)))
        if fault == "file-size limit":
            return run(limits=[(resource.RLIMIT_FSIZE, 16)])
        if fault == "few descriptors":
            return run(limits=[(resource.RLIMIT_NOFILE, self.generator.randint(3, 12))])
        if fault == "little memory":
            return run(limits=[(resource.RLIMIT_AS, self.generator.randint(120, 420) << 20)])
        if fault == "closed pipe":
            return injections.closed_pipe(self.program, self.arguments, self.folder)
        if fault == "slow pipe":
            return injections.slow_pipe(self.program, self.arguments, self.folder)
        return run()

    def check(self, expected, outcome):
        found = matches(expected, self.usual.status, outcome)
        return found or self.check_output(expected) or self.check_leftovers(expected)

    def check_output(self, expected):
        if self.command.output in ("file", "lines"):
            if not os.path.exists(self.path):
                return "the old file is gone"
            with open(self.path, "rb") as file:
                is_old = file.read() == OLD
            if is_old:
                return None
            if expected.old == KEPT:
                return "the old file is replaced"
        if self.command.output == "lines" or not os.path.lexists(self.path):
            return None
        if os.path.isdir(self.path):
            problems = [(name, outputs.problem(os.path.join(self.path, name))) for name in outputs.files(self.path)]
            # The log grows row by row, and a resumed run goes on where it is whole. The lock holds no text.
            problems = [(name, problem) for name, problem in problems if problem and name not in ("log.csv", ".lock")]
            if problems:
                return f"{problems[0][0]}: {problems[0][1]}"
            if self.command.output == "folder" and len(outputs.files(self.path)) < self.usual.file_count:
                return f"only {len(outputs.files(self.path))} of {self.usual.file_count} files"
            return None
        return outputs.problem(self.path)

    def check_leftovers(self, expected):
        left = outputs.leftovers(self.folder)
        if left and not expected.leaves:
            return f"leaves {os.path.basename(left[0])}"
        if left:
            # The next run of the same output sweeps.
            if self.command.output != "files" and os.path.isdir(self.path):
                shutil.rmtree(self.path)
            arguments = self.arguments + (["--resume"] if self.can_resume() else [])
            again = injections.run(self.program, arguments, self.folder)
            if outputs.leftovers(self.folder):
                return f"the next run, which ended with {again.status}, leaves {os.path.basename(outputs.leftovers(self.folder)[0])}"
        return None

    def can_resume(self):
        """Whether the run that was ended left what a next one can go on with; training has that behind its first epoch."""
        name = self.command.line.split()[0]
        checkpoint = os.path.join(self.path, "checkpoints", "last.safetensors")
        return name == "synthesize" or (name == "train" and os.path.exists(checkpoint))


def usual(program, inputs, work, command):
    """The command without a fault."""
    cell = Cell(program, inputs, work, command, "none", None, 0)
    outcome = cell.start()
    if outcome.status not in (0, 1):
        raise SystemExit(f"{command.name} fails without any fault: {outcome.errors}")
    outcome.file_count = len(outputs.files(cell.path)) if os.path.isdir(cell.path) else 1
    shutil.rmtree(cell.folder)
    return outcome


def writes(command, fault):
    """Whether a fault of the output's place can strike a command."""
    return command.output != "none" or fault not in ("full disk", "nearly full disk", "read-only folder", "file-size limit")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--work")
    parser.add_argument("--commands", nargs="*", default=[])
    parser.add_argument("--faults", nargs="*", default=[])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    commands = [c for c in COMMANDS if not options.commands or any(word in c.name for word in options.commands)]
    faults = [f for f in TABLE if not options.faults or any(word in f for word in options.faults)]
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        inputs = os.path.join(work, "inputs")
        fixture.make(program, inputs)
        try:
            with injections.FullDisk(os.path.join(work, "trial")):
                pass
        except PermissionError as reason:
            skipped = [f for f in faults if "disk" in f or f == "read-only folder"]
            print(f"skipped: {', '.join(skipped)}: no file system can be mounted here ({reason})")
            faults = [f for f in faults if f not in skipped]
        wrong, counts = [], collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            usuals = list(pool.map(lambda command: usual(program, inputs, work, command), commands))
            cells = [
                (command, fault, pool.submit(Cell(program, inputs, work, command, fault, ordinary, seed).run))
                for command, ordinary in zip(commands, usuals)
                for fault in faults
                for seed in range(options.repeat)
                if writes(command, fault)
            ]
            for command, fault, cell in cells:
                problem = cell.result()
                counts[fault] += 1
                if problem:
                    wrong.append(fault)
                    print(f"{command.name}, {fault}: {problem}", flush=True)
        for fault in faults:
            print(f"{fault:20} {counts[fault] - wrong.count(fault):5} of {counts[fault]} as expected")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
