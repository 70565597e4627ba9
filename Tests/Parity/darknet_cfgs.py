#!/usr/bin/env python3
"""Imports the .cfg files of a folder with seeded weights of the right size, and compares what the networks compute.

usage: darknet_cfgs.py PEREGRINE CFG_FOLDER [--only NAME...] [--size 128] [--largest MB] [--table FILE]
                       [--at-least 60]
CFG_FOLDER is the cfg folder of github.com/AlexeyAB/darknet, of which nothing is in this repository. For each file this
script works out by itself, from Darknet's parser.c and the layers' own files, how many numbers a .weights file of that
network has, writes such a file, has it imported, and lets the program give its raw outputs for a random input (`export
--reference`). They are held against OpenCV's Darknet reader where that can read the network, and always against the plain
numpy below. Networks without fully connected layers are run at --size, so that the whole folder takes minutes.
Of networks whose weights are larger than --largest megabytes only the size is compared, which takes no time.
Fails where a network is imported and computes something else, or where fewer than --at-least are imported. Exits with 77
without numpy or without such a folder.
"""
import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}; the networks need numpy")
    sys.exit(77)
try:
    import cv2
    has_opencv = hasattr(cv2.dnn, "readNetFromDarknet")
except ImportError:
    has_opencv = False

TOLERANCE = 2e-3
FIXED_SIZE = {"connected", "local", "crop", "detection"}


def read_cfg(path):
    """Sections in order; of a key that stands twice the first."""
    sections = []
    for line in open(path, encoding="utf-8", errors="replace"):
        line = re.split("[#;]", line)[0].strip()
        if line.startswith("["):
            sections.append((line.strip("[] \t").lower(), {}))
        elif "=" in line:
            key, value = (part.strip() for part in line.split("=", 1))
            sections[-1][1].setdefault(key, value)
    return sections


def cfg_text(sections):
    return "\n".join("\n".join([f"[{name}]"] + [f"{key}={value}" for key, value in settings.items()] + [""])
                     for name, settings in sections)


ACTIVATIONS = {
    "linear": lambda x: x,
    "leaky": lambda x: np.where(x > 0, x, np.float32(0.1) * x),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "ramp": lambda x: x * (x > 0) + np.float32(0.1) * x,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "tanh": np.tanh,
}


class Numbers:
    """The file's numbers: drawn and written down in a first run, read back in a second."""

    def __init__(self, seed):
        self.random, self.parts, self.place = np.random.default_rng(seed), [], None

    def rewind(self):
        self.place = 0

    def next(self, make):
        if self.place is None:
            self.parts.append(np.ascontiguousarray(make(), "<f4"))
            return self.parts[-1]
        self.place += 1
        return self.parts[self.place - 1]

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<iiiQ", 0, 2, 5, 6400))
            for part in self.parts:
                file.write(part.tobytes())

    def normal(self, count, mean, deviation):
        return self.next(lambda: mean + deviation * self.random.standard_normal(count))


def padded(x, before, after, value):
    return np.pad(x, ((0, 0), (before, after), (before, after)), constant_values=value)


def convolved(x, weight, stride, padding, dilation, groups):
    filters, depth, size, _ = weight.shape
    x = padded(x, padding, padding, 0)
    rows, columns = ((extent - dilation * (size - 1) - 1) // stride + 1 for extent in x.shape[1:])
    result = np.zeros((groups, filters // groups, rows * columns), np.float32)
    for dy in range(size):
        for dx in range(size):
            top, left = dy * dilation, dx * dilation
            part = x[:, top:top + stride * (rows - 1) + 1:stride, left:left + stride * (columns - 1) + 1:stride]
            result += weight[:, :, dy, dx].reshape(groups, filters // groups, depth) @ part.reshape(groups, depth, -1)
    return result.reshape(filters, rows, columns)


def windows(x, size, stride, padding, value):
    """All windows of a Darknet pooling: [size², C, rows, columns]."""
    x = padded(x, padding // 2, padding - padding // 2, value)
    rows, columns = ((extent - size) // stride + 1 for extent in x.shape[1:])
    return np.stack([x[:, dy:dy + stride * (rows - 1) + 1:stride, dx:dx + stride * (columns - 1) + 1:stride]
                     for dy in range(size) for dx in range(size)])


def softmax(x):
    power = np.exp(x - x.max())
    return power / power.sum()


class Run:
    """One pass of a network, which knows the size of every layer's parameters."""

    def __init__(self, sections, numbers, x):
        self.sections, self.numbers, self.maps, self.names = sections[1:], numbers, [], []
        self.raw, self.shared, self.x = {}, {}, x
        with np.errstate(over="ignore"):
            for index, (name, settings) in enumerate(self.sections):
                self.index, self.settings = index, settings
                self.x = getattr(self, name)(self.x)
                self.maps.append(self.x)
                self.names.append(name)

    def integer(self, key, standard):
        return int(float(self.settings.get(key, standard)))

    def activated(self, x, standard="logistic"):
        return ACTIVATIONS[self.settings.get("activation", standard)](x)

    def layers(self, key):
        places = [int(place) for place in self.settings[key].split(",") if place.strip()]
        return [place if place >= 0 else self.index + place for place in places]

    def normalized(self, x, after=None):
        """Biases, then `after`, then what normalisation has. Keeps what flows near 1."""
        count, numbers = len(x), self.numbers
        deviation = np.maximum(x.std((1, 2)), 0.5 * x.std())
        middle = x.mean((1, 2)) if x[0].size > 1 else np.zeros(count)
        bias = numbers.normal(count, 0.3, 0.3)
        after = after and after()
        scale = numbers.next(lambda: numbers.random.uniform(0.5, 0.9, count))
        mean = numbers.next(lambda: middle + 0.2 * deviation * numbers.random.standard_normal(count))
        variance = numbers.next(lambda: (deviation**2 + 1e-4) * numbers.random.uniform(0.6, 1.6, count))
        factor = scale / np.sqrt(variance + np.float32(1e-6))
        return x * factor[:, None, None] + (bias - mean * factor)[:, None, None]

    def convolutional(self, x):
        filters, size, groups = self.integer("filters", 1), self.integer("size", 1), self.integer("groups", 1)
        dilation = self.integer("dilation", 1) if size > 1 else 1
        padding = size // 2 if self.integer("pad", 0) else self.integer("padding", 0)
        shape = (filters, len(x) // groups, size, size)
        numbers, normalizes = self.numbers, self.integer("batch_normalize", 0)
        if "share_index" in self.settings:
            parameters = self.shared[self.layers("share_index")[0]]
        else:
            # The weights stand behind the rest, which depends on what they give: they are drawn first, once.
            weight = numbers.random.standard_normal(shape, np.float32) / np.float32(np.sqrt(shape[1] * size * size))
            parameters = None
        geometry = (self.integer("stride", 1), padding * dilation, dilation, groups)
        if parameters is None and numbers.place is None:
            y = convolved(x, weight, *geometry)
            if normalizes:
                deviation = np.maximum(y.std((1, 2)), 0.5 * y.std() + 1e-3)
                parameters = [numbers.normal(filters, 0.3, 0.3),
                              numbers.next(lambda: numbers.random.uniform(0.5, 0.9, filters)),
                              numbers.next(lambda: y.mean((1, 2)) * (y[0].size > 1)
                                           + 0.2 * deviation * numbers.random.standard_normal(filters)),
                              numbers.next(lambda: deviation**2 * numbers.random.uniform(0.6, 1.6, filters))]
            else:
                weight = weight / np.float32(y.std() + 1e-3)
                parameters = [numbers.normal(filters, 0, 0.5)]
            parameters.append(numbers.next(lambda: weight))
        elif parameters is None:
            parameters = [numbers.next(None) for _ in range(5 if normalizes else 2)]
        self.shared[self.index] = parameters
        y = convolved(x, parameters[-1].reshape(shape), *geometry)
        if normalizes:
            factor = parameters[1] / np.sqrt(parameters[3] + np.float32(1e-6))
            y = y * factor[:, None, None] + (parameters[0] - parameters[2] * factor)[:, None, None]
        else:
            y = y + parameters[0][:, None, None]
        self.raw[self.index] = y
        return self.activated(y)

    def connected(self, x):
        outputs = self.integer("output", 1)
        numbers = self.numbers

        def weights():
            values = numbers.random.standard_normal((outputs, x.size), np.float32)
            return values / np.float32(np.sqrt(x.size) * (np.sqrt((x**2).mean()) + 1e-3))
        bias = numbers.normal(outputs, 0, 0.3)
        y = numbers.next(weights).reshape(outputs, -1) @ x.reshape(-1)
        if self.integer("batch_normalize", 0):
            raise NotImplementedError("normalised connected layers are left to the Swift tests")
        self.raw[self.index] = (y + bias)[:, None, None]
        return self.activated(self.raw[self.index])

    def local(self, x):
        filters, size, stride, pad = (self.integer(*pair) for pair in (("filters", 1), ("size", 1), ("stride", 1), ("pad", 0)))
        seen = windows(x, size, stride, 2 * pad, 0)
        rows, columns = seen.shape[2:]
        patches = seen.transpose(2, 3, 1, 0).reshape(rows * columns, -1)
        bias = self.numbers.normal(filters * rows * columns, 0, 0.3).reshape(filters, rows, columns)
        shape = (rows * columns, filters, patches.shape[1])
        weight = self.numbers.next(lambda: self.numbers.random.standard_normal(shape, np.float32)
                                   / np.float32(np.sqrt(shape[2])))
        y = np.einsum("lfk,lk->fl", weight, patches).reshape(filters, rows, columns) + bias
        return self.activated(y)

    def batchnorm(self, x):
        return self.normalized(x)

    def maxpool(self, x):
        stride = self.integer("stride", 1)
        size = self.integer("size", stride)
        return windows(x, size, stride, self.integer("padding", size - 1), -np.inf).max(0)

    def local_avgpool(self, x):
        stride = self.integer("stride", 1)
        size = self.integer("size", stride)
        return np.nanmean(windows(x, size, stride, self.integer("padding", size - 1), np.nan), 0)

    def avgpool(self, x):
        return x.mean((1, 2), keepdims=True)

    def route(self, x):
        groups, group = self.integer("groups", 1), self.integer("group_id", 0)
        return np.concatenate([np.split(self.maps[place], groups)[group] for place in self.layers("layers")])

    def shortcut(self, x):
        y = x.copy()
        for place in self.layers("from"):
            other = self.maps[place]
            # Redmon's Darknet takes every second cell of a map that is twice as large.
            factor = other.shape[1] // y.shape[1]
            other = other[:, ::factor, ::factor]
            common = min(len(y), len(other))
            y[:common] += other[:common]
        return self.activated(y, "linear")

    def scale_channels(self, x):
        return self.activated(self.maps[self.layers("from")[0]] * x, "linear")

    sam = scale_channels

    def upsample(self, x):
        stride = self.integer("stride", 2)
        return x.repeat(stride, 1).repeat(stride, 2)

    def reorg(self, x):
        stride = self.integer("stride", 1)
        channels, rows, columns = x.shape
        wide = x.reshape(channels // stride**2, rows, stride, columns, stride)
        return wide.transpose(2, 4, 0, 1, 3).reshape(channels * stride**2, rows // stride, columns // stride)

    def reorg3d(self, x):
        stride = self.integer("stride", 1)
        channels, rows, columns = x.shape
        cells = x.reshape(channels, rows // stride, stride, columns // stride, stride)
        return cells.transpose(2, 4, 0, 1, 3).reshape(-1, rows // stride, columns // stride)

    def crop(self, x):
        height, width = self.integer("crop_height", 1), self.integer("crop_width", 1)
        top, left = (x.shape[1] - height) // 2, (x.shape[2] - width) // 2
        part = x[:, top:top + height, left:left + width]
        return part if self.integer("noadjust", 0) else 2 * part - 1

    def softmax(self, x):
        logits = x.reshape(-1) / float(self.settings.get("temperature", 1))
        return np.concatenate([softmax(part) for part in np.split(logits, self.integer("groups", 1))])[:, None, None]

    def identity(self, x):
        return x

    dropout = cost = contrastive = yolo = region = gaussian_yolo = detection = identity

    def outputs(self):
        """What the program's raw.0, raw.1… are, with the layers that give them."""
        heads = [place - 1 for place, name in enumerate(self.names) if name in ("yolo", "region", "gaussian_yolo", "detection")]
        if not heads:
            return [(len(self.maps) - 1, self.maps[-1])]
        # With new_coords the program leaves the logits to its decoder.
        chosen = [(place, self.raw.get(place, self.maps[place])) for place in heads]
        return sorted(chosen, key=lambda pair: (-pair[1].shape[2], pair[0]))


def read_safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    return {name: np.frombuffer(data, "<f4", offset=8 + length + entry["data_offsets"][0],
                                count=int(np.prod(entry["shape"]))).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def difference(found, expected):
    found, expected = np.asarray(found).reshape(-1), np.asarray(expected).reshape(-1)
    if found.size != expected.size or not np.isfinite(found).all():
        return float("inf")
    return float(np.abs(found - expected).max() / (np.abs(expected).max() + 1e-12))


def opencv_difference(text, weights, image, raw, run):
    """The largest difference to OpenCV, or why there is none."""
    if not has_opencv:
        return "no OpenCV"
    if any(float(settings.get("temperature", 1)) != 1 for name, settings in zip(run.names, (s for _, s in run.sections))
           if name == "softmax"):
        return "ignores temperature"
    if any("share_index" in settings for _, settings in run.sections):
        return "ignores share_index"
    try:
        net = cv2.dnn.readNetFromDarknet(np.frombuffer(text.encode(), np.uint8), np.fromfile(weights, np.uint8))
        net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        net.enableFusion(False)
        net.enableWinograd(False)
        net.setInput(image)
        known, names = net.getLayerNames(), []
        for place, _ in run.outputs():
            while run.names[place] in ("dropout", "cost"):
                place -= 1
            is_head = place + 1 < len(run.names) and run.names[place + 1] in ("yolo", "region", "detection")
            # A layer's activation is one of its own, and at a network's end the last.
            names.append(f"conv_{place}" if is_head and f"conv_{place}" in known else known[-1])
        found = net.forward(names)
    except (cv2.error, SystemError) as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        return "not read: " + (lines[-1] if lines else "no reason")[:90]
    return max(difference(ours, theirs) for ours, theirs in zip(raw, found))


def wanted_size(peregrine, cfg, folder):
    """What the program says that a network's weights have, asked with a file that is too short."""
    weights = os.path.join(folder, "short.weights")
    open(weights, "wb").write(struct.pack("<iiiQ", 0, 2, 5, 0))
    done = subprocess.run([peregrine, "import", "darknet", "--cfg", cfg, "--weights", weights, "--output",
                           os.path.join(folder, "short.safetensors")], capture_output=True, text=True)
    found = re.search(r"the \.cfg wants (\d+)", done.stderr)
    return int(found[1]) if found else None


def check(peregrine, path, size, folder, largest):
    """A row of the table: (result, OpenCV, numpy)."""
    sections = read_cfg(path)
    net = sections[0][1]
    if not FIXED_SIZE & {name for name, _ in sections}:
        net["width"] = net["height"] = str(size)
    cfg, weights, model = (os.path.join(folder, name) for name in ("a.cfg", "a.weights", "a.safetensors"))
    numbers, run = Numbers(len(sections)), None
    try:
        shape = (3, int(net.get("height", 0)), int(net.get("width", 0)))
        image = np.random.default_rng(7).uniform(-1, 1, shape).astype(np.float32)
        run = Run(sections, numbers, image)
    except (AttributeError, KeyError, NotImplementedError, ValueError, ZeroDivisionError, IndexError) as error:
        numbers.parts = [np.zeros(1000, "<f4")]
        reason = f"{type(error).__name__} {error}"
    numbers.write(weights)
    # The file itself where its size is kept, so that what Darknet reads over stands in it.
    text = open(path, encoding="utf-8", errors="replace").read()
    for key in ("width", "height"):
        text = re.sub(rf"^\s*{key}\s*=.*$", f"{key}={net.get(key, 0)}", text, count=1, flags=re.MULTILINE)
    open(cfg, "w", encoding="utf-8").write(text)
    if os.path.getsize(weights) > largest * 1e6:
        wanted, written = wanted_size(peregrine, cfg, folder), os.path.getsize(weights)
        if wanted == written:
            return "imported", "", "size only"
        if wanted:
            return f"another size: {wanted} bytes instead of {written}", float("inf"), ""
    done = subprocess.run([peregrine, "import", "darknet", "--cfg", cfg, "--weights", weights, "--output", model],
                          capture_output=True, text=True)
    if done.returncode:
        return "refused: " + done.stderr.strip().replace(f"{cfg}:", "line ").replace("peregrine: ", ""), "", ""
    if run is None:
        return "imported", "", f"no numpy: {reason}"
    reference, other = os.path.join(folder, "r.safetensors"), os.path.join(folder, "w.safetensors")
    done = subprocess.run([peregrine, "export", model, "--output", other, "--reference", reference],
                          capture_output=True, text=True)
    if done.returncode:
        return "imported, not run: " + done.stderr.strip(), "", ""
    tensors = read_safetensors(reference)
    raw = [tensors[f"raw.{index}"] for index in range(len(run.outputs()))]
    numbers.rewind()
    again = Run(sections, numbers, tensors["images"][0])
    expected = again.outputs()
    worst = max(difference(ours, theirs) for ours, (_, theirs) in zip(raw, expected))
    return "imported", opencv_difference(cfg_text(sections), weights, tensors["images"], raw, again), worst


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peregrine")
    parser.add_argument("folder")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--largest", type=float, default=float("inf"))
    parser.add_argument("--table")
    parser.add_argument("--at-least", type=int, default=60)
    options = parser.parse_args()
    if not os.path.isdir(options.folder):
        print(f"skipped: there is no folder {options.folder}; it is the cfg folder of github.com/AlexeyAB/darknet")
        sys.exit(77)
    paths = sorted(os.path.join(place, name) for place, _, names in os.walk(options.folder) for name in names
                   if name.endswith(".cfg") and (not options.only or name[:-4] in options.only))
    imported, different, rows = 0, [], []
    for path in paths:
        start = time.time()
        with tempfile.TemporaryDirectory() as folder:
            result, opencv, plain = check(options.peregrine, path, options.size, folder, options.largest)
        name = os.path.relpath(path, options.folder)
        imported += result == "imported"
        figures = [value for value in (opencv, plain) if isinstance(value, float)]
        if any(not value < TOLERANCE for value in figures):
            different.append(name)
        cells = [f"{value:.1e}" if isinstance(value, float) else value for value in (opencv, plain)]
        rows.append(f"{name} | {result} | {cells[0]} | {cells[1]}")
        print(f"{rows[-1]} | {time.time() - start:.0f} s", flush=True)
    if options.table:
        open(options.table, "w").write("\n".join(["cfg | result | OpenCV | numpy"] + rows) + "\n")
    print(f"{imported} of {len(paths)} imported; different: {', '.join(different) or 'none'}")
    if different or (not options.only and imported < options.at_least):
        sys.exit(1)


if __name__ == "__main__":
    main()
