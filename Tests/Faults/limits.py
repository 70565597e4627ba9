#!/usr/bin/env python3
"""What is over a limit is refused at once: measures processor time and memory of each refusal.

limits.py PROGRAM [--work FOLDER]

At most 100 ms of processor time beyond what starting the program takes, and 64 MiB of memory beyond the program's own and
the size of the file. Processor time, since a busy machine would tell more of its other work.
"""
import argparse
import json
import os
import struct
import sys
import tempfile
import zipfile
import zlib

import bulk
import fixture

MILLISECONDS, MEBIBYTES = 100, 64


def measure(program, arguments, folder):
    """Exit status, processor time in milliseconds, largest memory in MiB, standard error."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.dup2(writer, 2)
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.execve(program, [program, *arguments], dict(os.environ, OMP_NUM_THREADS="1", SWIFT_BACKTRACE="enable=no"))
    os.close(writer)
    text = b""
    while piece := os.read(reader, 4096):
        text += piece
    os.close(reader)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024, text.decode(errors="replace")


def with_input_size(path, target, width, height):
    """A copy of a model whose metadata ask for another input."""
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    for key in ("peregrine.preprocessing", "peregrine.configuration"):
        header["__metadata__"][key] = header["__metadata__"][key].replace('"width":64', f'"width":{width}').replace('"height":64', f'"height":{height}')
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data[8 + length :])


def cases(folder):
    """Name, file, arguments, exit codes, and what the sentence holds."""

    def write(name, data):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return name

    def safetensors(header):
        return struct.pack("<Q", len(header)) + header

    yield "input of a configuration", write("size.yaml", fixture.YOLO.replace("64, height: 64", "8192, height: 8192")), ["inspect", "size.yaml"], 65, "8388608"
    with_input_size(os.path.join(folder, "yolo.model"), os.path.join(folder, "size.model"), 8192, 8192)
    yield "input of a model", "size.model", ["inspect", "size.model"], 65, "8388608"
    yield "input of a model, to detect", "size.model", ["detect", "scenes/images/000001.jpg", "--model", "size.model"], 65, "8388608"
    cfg = fixture.DARKNET.replace("=64", "=8192")
    darknet = ["import", "darknet", "--weights", "tiny.weights", "--output", "x.model", "--cfg"]
    yield "input of a .cfg", write("size.cfg", cfg), darknet + ["size.cfg"], 65, "8388608"
    yield "long .cfg", write("long.cfg", "#" * (5 << 20)), darknet + ["long.cfg"], 65, "4194304|large"
    yield "sections of a .cfg", write("sections.cfg", "[net]\nwidth=64\nheight=64\nchannels=3\n" + "[dropout]\n" * 10_001), darknet + ["sections.cfg"], 65, "10000|sections"
    yield "pixels of an image", write("pixels.png", bulk.png(60_000, 60_000, b"")), ["detect", "pixels.png", "--model", "yolo.model"], 1, "over the limit"
    yield "PNG with more than its pixels", write("bomb.png", bulk.png(10, 10, bytes(200_000_000))), ["detect", "bomb.png", "--model", "yolo.model"], 1, "bomb.png"
    os.makedirs(os.path.join(folder, "line/labels"), exist_ok=True)
    os.makedirs(os.path.join(folder, "line/images"), exist_ok=True)
    write("line/images/a.png", bulk.png(64, 64, bytes(64 * 193)))
    yield "line of labels", write("line/labels/a.txt", "0 0.5 0.5 0.1 0.1 " * 4_000_000), ["convert", "line", "x.csv", "--to", "csv"], 65, "longer than"
    yield "line of a table", write("line.csv", "image,label,x1,y1,x2,y2\n" + "1," * 20_000_000), ["convert", "line.csv", "x.json", "--to", "coco"], 65, "longer than"
    xml = "<annotation>" + "<a>" * 100_000
    os.makedirs(os.path.join(folder, "voc/Annotations"), exist_ok=True)
    yield "nesting of XML", write("voc/Annotations/a.xml", xml), ["convert", "voc", "x2.json", "--to", "coco", "--from", "voc"], 65, "nested|deeper"
    many = "{" + ",".join(f'"{n}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}' for n in range(200_000)) + "}"
    yield "tensors", write("many.safetensors", safetensors(many.encode())), ["inspect", "many.safetensors"], 65, "more than 50000 tensors"
    yield "header", write("header.safetensors", struct.pack("<Q", 1 << 60) + bytes(1000)), ["inspect", "header.safetensors"], 65, "header"
    with zipfile.ZipFile(os.path.join(folder, "entries.pth"), "w") as archive:
        for number in range(20_001):
            archive.writestr(f"archive/data/{number}", b"")
    pytorch = ["import", "pytorch", "--architecture", "resnet18", "--output", "x.model"]
    yield "entries of an archive", "entries.pth", pytorch + ["--weights", "entries.pth"], 65, "20000"
    with zipfile.ZipFile(os.path.join(folder, "pickle.pth"), "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + b"]" * (9 << 20))
    yield "pickle", "pickle.pth", pytorch + ["--weights", "pickle.pth"], 65, "8388608"
    yield "opcodes of a pickle", write("old.pth", b"\x80\x02" + b"]" * (4 << 20)), pytorch + ["--weights", "old.pth"], 65, "old.pth"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--work")
    parser.add_argument("--milliseconds", type=float, default=MILLISECONDS, help="for a slower or busier machine")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    failed = 0
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        fixture.make(program, folder)
        start = min(measure(program, ["--version"], folder)[1:3] for _ in range(3))
        print(f"{'starting the program':30} {start[0]:6.0f} ms {start[1]:8.1f} MiB")
        for name, file, arguments, code, sentence in cases(folder):
            best = min((measure(program, arguments, folder) for _ in range(3)), key=lambda one: one[1])
            status, milliseconds, mebibytes, errors = best
            size = os.path.getsize(os.path.join(folder, file)) / 2**20
            more = milliseconds - start[0], mebibytes - start[1] - size
            problems = []
            if status != code or not any(part in errors for part in sentence.split("|")):
                problems.append(f"exit {status}: {errors.strip()[-160:]!r}")
            if more[0] > options.milliseconds:
                problems.append("too slow")
            if more[1] > MEBIBYTES:
                problems.append("too much memory")
            failed += bool(problems)
            print(f"{name:30} {more[0]:6.0f} ms {more[1]:8.1f} MiB beyond a file of {size:.1f} MiB  {'; '.join(problems) or 'refused'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
