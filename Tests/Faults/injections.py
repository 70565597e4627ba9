"""The faults: each runs a command under one adversity and says what came of it."""
import os
import random
import resource
import signal
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    status: int
    output: str
    errors: str
    seconds: float
    hung: bool = False


def environment():
    # Debuggers' backtraces take seconds and hide the sentence.
    return dict(os.environ, OMP_NUM_THREADS="1", SWIFT_BACKTRACE="enable=no", COLUMNS="100")


def run(program, arguments, folder, limits=(), streams=None, kill=None, limit_seconds=120, shell=None):
    """Runs the program in a folder.

    limits: pairs of a resource and its limit. streams: how a shell redirects it, such as '2>&-'. kill: a signal and the
    seconds after which it is sent.
    """

    def prepare():
        # Python ignores SIGPIPE, and a child inherits that.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for kind, limit in limits:
            resource.setrlimit(kind, (limit, limit))

    words = [program, *arguments]
    if streams is not None:
        words = ["/bin/bash", "-c", f'"$@" {streams}', "bash", *words]
    started = time.monotonic()
    # Pipes, since a limit of file sizes holds for files of the streams too.
    process = subprocess.Popen(
        words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        preexec_fn=prepare, start_new_session=True)
    hung = False
    try:
        if kill is not None:
            try:
                process.communicate(timeout=kill[1])
            except subprocess.TimeoutExpired:
                process.send_signal(kill[0])
        output, errors = process.communicate(timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        hung = True
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
    seconds = time.monotonic() - started
    return Outcome(process.returncode, output.decode(errors="replace"), errors.decode(errors="replace"), seconds, hung)


class FullDisk:
    """A disk of memory that is full, or nearly so. Needs root."""

    def __init__(self, folder, free=0, read_only=False):
        self.folder, self.free, self.read_only = folder, free, read_only

    def __enter__(self):
        os.makedirs(self.folder, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", self.folder], capture_output=True, text=True)
        if done.returncode != 0:
            raise PermissionError(done.stderr.strip())
        return self

    def fill(self):
        """Leaves no more than the free bytes."""
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
            if self.free:
                file.truncate(max(0, file.tell() - self.free))
        if self.read_only:
            subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def __exit__(self, *error):
        subprocess.run(["umount", "-l", self.folder], check=True)


def slow_pipe(program, arguments, folder, limit_seconds=120):
    """Standard output and error go into pipes whose reader takes a few bytes at a time."""
    command = subprocess.Popen(
        [program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment())
    started = time.monotonic()
    output = b""
    while piece := os.read(command.stdout.fileno(), 512):
        output += piece
        time.sleep(0.001)
        if time.monotonic() - started > limit_seconds:
            command.kill()
            return Outcome(-9, output.decode(errors="replace"), "", limit_seconds, True)
    errors = command.stderr.read()
    command.wait()
    return Outcome(command.returncode, output.decode(errors="replace"), errors.decode(errors="replace"), time.monotonic() - started)


def closed_pipe(program, arguments, folder):
    """Standard output goes into a pipe without a reader."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, env=environment())
    finally:
        os.close(writer)
    return Outcome(done.returncode, "", done.stderr.decode(errors="replace"), 0)


def moment(generator: random.Random, seconds):
    """Within a run that takes so long, after the loader is done."""
    return generator.uniform(0.02, max(0.05, seconds))
