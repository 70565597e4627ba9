#!/usr/bin/env python3
"""detect over very many images, and over many of which some are broken.

bulk.py memory PROGRAM MODEL [--count 100000]   resident memory, sampled every second
bulk.py broken PROGRAM MODEL [--count 10000]    one in a hundred broken, in many ways

The images are links to a few small photographs of rendered scenes.
"""
import argparse
import collections
import json
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib

KINDS = ("truncated", "empty", "zeros", "text", "GIF", "HTML", "FIFO", "socket", "link into nothing", "huge PNG", "JPEG header", "PNG without pixels", "TIFF header", "cut PNG")


def scenes(program, folder):
    subprocess.run([program, "synthesize", folder, "--count", "16", "--size", "320x320"], check=True, capture_output=True)
    place = os.path.join(folder, "images")
    return [os.path.join(place, name) for name in sorted(os.listdir(place))]


def link(pictures, folder, count):
    os.mkdir(folder)
    for number in range(count):
        os.link(pictures[number % len(pictures)], os.path.join(folder, f"{number:06}.jpg"))


def png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def spoil(path, whole, kind, generator):
    """Puts something broken where an image was. Returns what it is."""
    os.unlink(path)
    contents = {
        "truncated": whole[: generator.randint(200, len(whole) // 2)], "empty": b"", "zeros": bytes(5000),
        "text": b"this is no image\n", "GIF": b"GIF89a" + bytes(100), "HTML": b"<html><body>404</body></html>",
        "huge PNG": png(200_000, 200_000, b""), "JPEG header": whole[:20], "PNG without pixels": png(64, 64, b""),
        "TIFF header": b"II*\0\x08\0\0\0", "cut PNG": png(64, 64, bytes(64 * 193))[:60],
    }
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "socket":
        place, name = os.path.split(path)
        here = os.open(".", os.O_RDONLY)
        # A socket's name must be short.
        os.chdir(place)
        socket.socket(socket.AF_UNIX).bind(name)
        os.fchdir(here)
        os.close(here)
    elif kind == "link into nothing":
        os.symlink("nowhere", path)
    else:
        with open(path, "wb") as file:
            file.write(contents[kind])


def resident(process):
    try:
        with open(f"/proc/{process}/statm") as file:
            return int(file.read().split()[1]) * 4096 / 2**20
    except (OSError, IndexError, ValueError):
        return None


def memory(options, work):
    images = os.path.join(work, "many")
    link(scenes(options.program, os.path.join(work, "scenes")), images, options.count)
    found = os.path.join(work, "found.json")
    started = time.monotonic()
    process = subprocess.Popen(
        [options.program, "detect", images, "--model", options.model, "--json", found], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    samples = []
    while process.poll() is None:
        now = resident(process.pid)
        if now:
            samples.append(now)
        time.sleep(1)
    seconds = time.monotonic() - started
    with open(found) as file:
        count = sum(1 for line in file if line.startswith("{"))
    # The first tenth makes detectors and caches.
    rest = samples[len(samples) // 10 :]
    tenths = [rest[len(rest) * n // 10] for n in range(10)] + [rest[-1]]
    print(f"exit {process.returncode}, {count} of {options.count} images in {seconds:.0f} s")
    print("resident MiB after tenths of the run:", " ".join(f"{value:.1f}" for value in tenths), f"largest {max(samples):.1f}")
    growth = rest[-1] - rest[0]
    print(f"growth {growth:.1f} MiB")
    return process.returncode == 0 and count == options.count and growth < 16


def broken(options, work):
    images = os.path.join(work, "many")
    pictures = scenes(options.program, os.path.join(work, "scenes"))
    link(pictures, images, options.count)
    generator = random.Random(5)
    with open(pictures[0], "rb") as file:
        whole = file.read()
    kinds = list(KINDS)
    spoilt = {}
    for place, number in enumerate(generator.sample(range(options.count), options.count // 100)):
        name = f"{number:06}.jpg"
        spoilt[name] = kinds[place % len(kinds)]
        spoil(os.path.join(images, name), whole, spoilt[name], generator)
    found = os.path.join(work, "found.json")
    done = subprocess.run(
        [options.program, "detect", images, "--model", options.model, "--json", found], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    # One line for each failure; other lines may say that an image is called by the wrong extension.
    start = f"peregrine: {images}/"
    named = collections.Counter(line[len(start) :].split(":")[0] for line in done.stderr.splitlines() if line.startswith(start))
    with open(found) as file:
        reported = {os.path.basename(element["image"]) for element in json.load(file)}
    wrong = [f"{name} ({kind}): named {named[name]} times" for name, kind in spoilt.items() if named[name] != 1]
    wrong += [f"{name}: named, but whole" for name in named if name not in spoilt]
    wrong += [f"{name} ({kind}): has detections" for name, kind in spoilt.items() if name in reported]
    print(f"exit {done.returncode}; {len(spoilt)} broken in {len(kinds)} ways, {sum(named.values())} named; {len(reported)} of {options.count - len(spoilt)} others done")
    for line in wrong[:20]:
        print(line)
    return done.returncode == 1 and not wrong and len(reported) == options.count - len(spoilt)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["memory", "broken"])
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--count", type=int)
    parser.add_argument("--work")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    options.model = os.path.abspath(options.model)
    options.count = options.count or (100_000 if options.what == "memory" else 10_000)
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        good = memory(options, work) if options.what == "memory" else broken(options, work)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
