#!/usr/bin/env python3
"""Writes Darknet networks with seeded weights: NAME.cfg and NAME.weights.

usage: darknet_networks.py OUTPUT_FOLDER [NAME...]
The architectures are written out from their papers (YOLO9000, YOLOv3, YOLOv4, Scaled-YOLOv4), with 80 classes and small
inputs, mostly wider than high; `pieces` and `new-coords` hold what the others lack. Weights are random, the statistics
of normalisation near those of the network's own activations on its seeded input, so that no activation vanishes or
explodes, neighbouring cells differ and rounding stays small. For that the network runs here, in plain numpy.
Exits with 77 where numpy is absent.
"""
import os
import struct
import sys
import time

try:
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}; the networks need numpy")
    sys.exit(77)

V2_ANCHORS = "0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828"
V3_ANCHORS = "10,13,  16,30,  33,23,  30,61,  62,45,  59,119,  116,90,  156,198,  373,326"
V4_ANCHORS = "12, 16, 19, 36, 40, 28, 36, 75, 76, 55, 72, 146, 142, 110, 192, 243, 459, 401"
TINY_ANCHORS = "10,14,  23,27,  37,58,  81,82,  135,169,  344,319"
CLASSES = 80


class Network:
    """Sections of a .cfg in order. A layer's index counts from the one behind [net], as Darknet does."""

    def __init__(self, name, width, height, version=(0, 2, 5), seen=32_013_312):
        self.name, self.width, self.height, self.version, self.seen = name, width, height, version, seen
        self.layers = []

    def add(self, kind, **settings):
        self.layers.append((kind, settings))

    def conv(self, filters, size, stride=1, activation="leaky", normalized=True, **settings):
        first = {"batch_normalize": 1} if normalized else {}
        padding = {} if "padding" in settings else {"pad": 1}
        self.add("convolutional", **first, filters=filters, size=size, stride=stride, **padding, **settings,
                 activation=activation)

    def convs(self, *filters, activation="leaky"):
        """Alternating 1×1 and 3×3."""
        for place, count in enumerate(filters):
            self.conv(count, 3 if place % 2 else 1, activation=activation)

    def pool(self, size, stride):
        self.add("maxpool", stride=stride, size=size)

    def route(self, *layers, **settings):
        self.add("route", layers=",".join(map(str, layers)), **settings)

    def shortcut(self, source=-3, activation="linear"):
        self.add("shortcut", **{"from": source}, activation=activation)

    def upsample(self, stride=2):
        self.add("upsample", stride=stride)

    def yolo(self, mask, anchors, classes=CLASSES, activation="linear", **settings):
        """The convolution of raw numbers and [yolo]."""
        self.conv(len(mask) * (5 + classes), 1, activation=activation, normalized=False)
        self.add("yolo", mask=",".join(map(str, mask)), anchors=anchors, classes=classes,
                 num=len(anchors.split(",")) // 2, jitter=".3", ignore_thresh=".7", truth_thresh=1, **settings, random=1)

    def region(self, anchors):
        self.conv(len(anchors.split(",")) // 2 * (5 + CLASSES), 1, activation="linear", normalized=False)
        self.add("region", anchors=anchors, bias_match=1, classes=CLASSES, coords=4,
                 num=len(anchors.split(",")) // 2, softmax=1, jitter=".2", rescore=0, object_scale=5, noobject_scale=1,
                 class_scale=1, coord_scale=1, absolute=1, thresh=".6", random=1)

    def heads(self):
        """Indices of the convolutions in front of [yolo] or [region]."""
        return [index - 1 for index, (kind, _) in enumerate(self.layers) if kind in ("yolo", "region")]

    def cfg(self, **head_settings):
        """The file's text; head_settings go into each [yolo] and [region]."""
        net = dict(batch=1, subdivisions=1, width=self.width, height=self.height, channels=3, momentum=0.9,
                   decay=0.0005, learning_rate=0.001, burn_in=1000, policy="steps", steps="400000,450000", scales=".1,.1")
        lines = [f"# {self.name}"]
        for kind, settings in [("net", net)] + self.layers:
            if kind in ("yolo", "region"):
                settings = {**settings, **head_settings}
            lines += [f"[{kind}]"] + [f"{key}={value}" for key, value in settings.items()] + [""]
        return "\n".join(lines)

    def input(self):
        """Coarse colours and noise, 3×H×W from 0 to 1."""
        random = np.random.default_rng(1000 + len(self.layers))
        coarse = random.random((3, self.height // 16, self.width // 16), np.float32)
        noise = random.random((3, self.height, self.width), np.float32)
        return 0.6 * np.kron(coarse, np.ones((1, 16, 16), np.float32)) + np.float32(0.4) * noise


def yolov2():
    net = Network("yolov2", 224, 160, version=(0, 1, 0))
    for filters in ([32], [64], [128, 64, 128], [256, 128, 256], [512, 256, 512, 256, 512]):
        for place, count in enumerate(filters):
            net.conv(count, 1 if place % 2 else 3)
        net.pool(2, 2)
    for place, count in enumerate([1024, 512, 1024, 512, 1024, 1024, 1024]):
        net.conv(count, 1 if place in (1, 3) else 3)
    net.route(-9)
    net.conv(64, 1)
    net.add("reorg", stride=2)
    net.route(-1, -4)
    net.conv(1024, 3)
    net.region(V2_ANCHORS)
    return net


def yolov2_tiny():
    net = Network("yolov2-tiny", 224, 160, version=(0, 1, 0), seen=4_000_000_000)
    for filters in (16, 32, 64, 128, 256):
        net.conv(filters, 3)
        net.pool(2, 2)
    net.conv(512, 3)
    net.pool(2, 1)
    net.conv(1024, 3)
    net.conv(512, 3)
    net.region(V2_ANCHORS)
    return net


def yolov3(has_pyramid_pooling=False):
    net = Network("yolov3-spp" if has_pyramid_pooling else "yolov3", 256, 192, version=(0, 2, 0))
    net.conv(32, 3)
    for filters, blocks in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        net.conv(filters, 3, stride=2)
        for _ in range(blocks):
            net.convs(filters // 2, filters)
            net.shortcut()
    net.convs(512, 1024, 512)
    if has_pyramid_pooling:
        pyramid_pooling(net)
        net.convs(512, 1024, 512, 1024)
    else:
        net.conv(1024, 3)
        net.convs(512, 1024)
    net.yolo((6, 7, 8), V3_ANCHORS)
    for filters, backbone, mask in ((256, 61, (3, 4, 5)), (128, 36, (0, 1, 2))):
        net.route(-4)
        net.conv(filters, 1)
        net.upsample()
        net.route(-1, backbone)
        net.convs(*[filters, 2 * filters] * 3)
        net.yolo(mask, V3_ANCHORS)
    return net


def pyramid_pooling(net):
    net.pool(5, 1)
    net.route(-2)
    net.pool(9, 1)
    net.route(-4)
    net.pool(13, 1)
    net.route(-1, -3, -5, -6)


def yolov3_tiny():
    net = Network("yolov3-tiny", 256, 192, version=(0, 2, 0))
    for filters in (16, 32, 64, 128, 256):
        net.conv(filters, 3)
        net.pool(2, 2)
    net.conv(512, 3)
    net.pool(2, 1)
    net.conv(1024, 3)
    net.convs(256, 512)
    net.yolo((3, 4, 5), TINY_ANCHORS)
    net.route(-4)
    net.conv(128, 1)
    net.upsample()
    net.route(-1, 8)
    net.conv(256, 3)
    net.yolo((0, 1, 2), TINY_ANCHORS)
    return net


def yolov4():
    net = Network("yolov4", 256, 192, seen=2**32 + 64)
    mish = dict(activation="mish")
    net.conv(32, 3, **mish)
    for filters, blocks in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        # The first stage splits into two maps of all its channels, the others into halves.
        part = filters if blocks == 1 else filters // 2
        net.conv(filters, 3, stride=2, **mish)
        net.conv(part, 1, **mish)
        net.route(-2)
        net.conv(part, 1, **mish)
        for _ in range(blocks):
            net.convs(filters // 2, part, **mish)
            net.shortcut()
        net.conv(part, 1, **mish)
        net.route(-1, -(3 * blocks + 4))
        net.conv(filters, 1, **mish)
    net.convs(512, 1024, 512)
    pyramid_pooling(net)
    net.convs(512, 1024, 512)
    for filters, backbone in ((256, 85), (128, 54)):
        net.conv(filters, 1)
        net.upsample()
        net.route(backbone)
        net.conv(filters, 1)
        net.route(-1, -3)
        net.convs(*[filters, 2 * filters] * 2, filters)
    net.conv(256, 3)
    v4 = dict(iou_thresh=0.213, cls_normalizer=1.0, iou_normalizer=0.07, iou_loss="ciou", nms_kind="greedynms",
              beta_nms=0.6, max_delta=5)
    net.yolo((0, 1, 2), V4_ANCHORS, scale_x_y=1.2, **v4)
    for filters, joined, mask, scale in ((256, -16, (3, 4, 5), 1.1), (512, -37, (6, 7, 8), 1.05)):
        net.route(-4)
        net.conv(filters, 3, stride=2)
        net.route(-1, joined)
        net.convs(*[filters, 2 * filters] * 3)
        net.yolo(mask, V4_ANCHORS, scale_x_y=scale, **v4)
    return net


def yolov4_tiny():
    net = Network("yolov4-tiny", 256, 192)
    net.conv(32, 3, stride=2)
    net.conv(64, 3, stride=2)
    for filters in (64, 128, 256):
        net.conv(filters, 3)
        net.route(-1, groups=2, group_id=1)
        net.conv(filters // 2, 3)
        net.conv(filters // 2, 3)
        net.route(-1, -2)
        net.conv(filters, 1)
        net.route(-6, -1)
        net.pool(2, 2)
    net.conv(512, 3)
    net.convs(256, 512)
    net.yolo((3, 4, 5), TINY_ANCHORS, scale_x_y=1.05)
    net.route(-4)
    net.conv(128, 1)
    net.upsample()
    net.route(-1, 23)
    net.conv(256, 3)
    net.yolo((1, 2, 3), TINY_ANCHORS, scale_x_y=1.05)
    return net


def pieces():
    """What the named networks lack: other activations, groups, poolings, paddings, routes."""
    net = Network("pieces", 96, 96)
    net.conv(16, 3)
    net.conv(32, 3, stride=2, activation="mish")
    net.conv(32, 3, groups=4, activation="swish")
    net.conv(32, 3, groups=32, activation="relu")
    net.add("dropout", probability=".15")
    net.conv(32, 1, activation="linear")
    net.shortcut(-4, activation="leaky")
    net.pool(3, 2)
    net.pool(2, 1)
    net.conv(48, 5, activation="tanh", normalized=False)
    net.conv(48, 3, stride=2, padding=1, activation="logistic")
    net.route(-1, groups=3, group_id=1)
    net.pool(5, 1)
    net.route(10, -1, 11)
    net.conv(64, 3, stride=2, activation="mish")
    net.shortcut(-1, activation="mish")
    net.add("avgpool")
    net.conv(24, 1, normalized=False)
    net.upsample(6)
    net.route(-1, -4)
    net.yolo((1, 3), TINY_ANCHORS, classes=3)
    net.route(-3)
    net.upsample()
    net.conv(32, 1, activation="relu")
    net.route(13, -1)
    net.conv(40, 5, groups=8, activation="swish")
    net.yolo((0,), TINY_ANCHORS, classes=3, scale_x_y=1.3)
    return net


def new_coords():
    """A small network with the heads of Scaled-YOLOv4."""
    net = Network("new-coords", 128, 96)
    head = dict(activation="logistic", scale_x_y=2.0, new_coords=1)
    for filters in (16, 32, 48, 64, 96):
        net.conv(filters, 3, stride=2, activation="swish")
    net.conv(128, 3, activation="mish")
    net.yolo((2, 3), TINY_ANCHORS, **head)
    net.route(-3)
    net.upsample()
    net.route(-1, 3)
    net.conv(64, 3, activation="swish")
    net.yolo((0, 1), TINY_ANCHORS, **head)
    return net


NETWORKS = {net.name: net for net in (
    pieces(), new_coords(), yolov2_tiny(), yolov3_tiny(), yolov4_tiny(), yolov2(), yolov3(), yolov3(True), yolov4())}

ACTIVATIONS = {
    "linear": lambda x: x,
    "leaky": lambda x: np.where(x > 0, x, np.float32(0.1) * x),
    "relu": lambda x: np.maximum(x, 0),
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "tanh": np.tanh,
}


def convolve(x, weight, stride, padding, groups):
    """x [C, H, W], weight [F, C / groups, k, k]: a matrix product for each place of the window."""
    filters, depth, size, _ = weight.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    rows, columns = ((extent - size) // stride + 1 for extent in padded.shape[1:])
    result = np.zeros((groups, filters // groups, rows * columns), np.float32)
    for dy in range(size):
        for dx in range(size):
            part = padded[:, dy:dy + stride * (rows - 1) + 1:stride, dx:dx + stride * (columns - 1) + 1:stride]
            taps = np.ascontiguousarray(weight[:, :, dy, dx]).reshape(groups, filters // groups, depth)
            result += taps @ part.reshape(groups, depth, -1)
    return result.reshape(filters, rows, columns)


def pooled(x, size, stride):
    """Darknet's maximum: size − 1 of padding in all, the smaller half in front, never a maximum itself."""
    before, after = (size - 1) // 2, size - 1 - (size - 1) // 2
    padded = np.pad(x, ((0, 0), (before, after), (before, after)), constant_values=-np.inf)
    rows, columns = ((extent - size) // stride + 1 for extent in padded.shape[1:])
    return np.maximum.reduce([
        padded[:, dy:dy + stride * (rows - 1) + 1:stride, dx:dx + stride * (columns - 1) + 1:stride]
        for dy in range(size) for dx in range(size)])


def reorganized(x, stride):
    """Darknet's reorg, which reads a C×H×W map as one of C/s² × H·s × W·s."""
    channels, rows, columns = x.shape
    wide = x.reshape(channels // stride**2, rows, stride, columns, stride)
    return wide.transpose(2, 4, 0, 1, 3).reshape(channels * stride**2, rows // stride, columns // stride)


def seeded_convolution(settings, x, random, is_head):
    """Seeded parameters as the file holds them, and the convolution's raw output."""
    filters, size, groups = settings["filters"], settings["size"], settings.get("groups", 1)
    shape = (filters, len(x) // groups, size, size)
    weight = random.standard_normal(shape, np.float32) / np.float32(np.sqrt(shape[1] * size * size))
    padding = settings.get("padding", size // 2)
    output = convolve(x, weight, settings["stride"], padding, groups)

    def normal(mean, deviation):
        return (mean + deviation * random.standard_normal(filters)).astype("<f4")

    if not settings.get("batch_normalize"):
        factor = np.float32((1.5 if is_head else 1) / output.std())
        bias = normal(0, 0.5)
        return [bias, weight * factor], output * factor + bias[:, None, None]
    deviations = output.std((1, 2))
    # Mostly on the bent activations' positive side: around zero each layer would magnify rounding by 1.1 to 1.15.
    scale, bias = random.uniform(0.5, 0.9, filters).astype("<f4"), normal(0.6, 0.4)
    mean = (output.mean((1, 2)) + 0.2 * deviations * random.standard_normal(filters)).astype("<f4")
    variance = (deviations**2 * random.uniform(0.6, 1.6, filters)).astype("<f4")
    # Darknet has 1e-6 beside the root, OpenCV under it.
    factor = (scale / np.sqrt(variance + 1e-6)).astype("<f4")
    output = output * factor[:, None, None] + (bias - mean * factor)[:, None, None]
    return [bias, scale, mean, variance, weight], output


def write(net, folder):
    """Writes the .cfg and the .weights. Returns what the network computes: {layer of a head: raw map}."""
    random = np.random.default_rng(len(net.layers))
    with open(os.path.join(folder, f"{net.name}.cfg"), "w") as file:
        file.write(net.cfg())
    maps, raw, heads = [], {}, set(net.heads())
    with open(os.path.join(folder, f"{net.name}.weights"), "wb") as file:
        file.write(struct.pack("<iii", *net.version))
        file.write(struct.pack("<Q" if net.version >= (0, 2) else "<I", net.seen))
        for index, (kind, settings) in enumerate(net.layers):
            x = maps[-1] if maps else net.input()
            if kind == "convolutional":
                parameters, x = seeded_convolution(settings, x, random, index in heads)
                for part in parameters:
                    file.write(part.astype("<f4").tobytes())
                if index in heads:
                    raw[index] = x
            elif kind == "maxpool":
                x = pooled(x, settings["size"], settings["stride"])
            elif kind == "avgpool":
                x = x.mean((1, 2), keepdims=True)
            elif kind == "upsample":
                x = x.repeat(settings["stride"], 1).repeat(settings["stride"], 2)
            elif kind == "reorg":
                x = reorganized(x, settings["stride"])
            elif kind == "shortcut":
                x = x + maps[absolute(settings["from"], index)]
            elif kind == "route":
                groups, group = settings.get("groups", 1), settings.get("group_id", 0)
                sources = [maps[absolute(int(place), index)] for place in settings["layers"].split(",")]
                x = np.concatenate([np.split(source, groups)[group] for source in sources])
            maps.append(ACTIVATIONS[settings.get("activation", "linear")](x))
    return raw


def absolute(layer, index):
    return layer if layer >= 0 else index + layer


def chosen(arguments):
    """The folder, made, and the networks that the command line names; all without names."""
    unknown = [name for name in arguments[1:] if name not in NETWORKS]
    if not arguments or unknown:
        raise SystemExit(f"usage: {sys.argv[0]} OUTPUT_FOLDER [{' '.join(NETWORKS)}]")
    os.makedirs(arguments[0], exist_ok=True)
    return arguments[0], [NETWORKS[name] for name in arguments[1:] or NETWORKS]


def main():
    folder, networks = chosen(sys.argv[1:])
    for net in networks:
        start = time.time()
        raw = write(net, folder)
        heads = ", ".join(f"conv_{index} {'×'.join(map(str, x.shape))} ±{x.std():.2f}" for index, x in raw.items())
        size = os.path.getsize(os.path.join(folder, net.name + ".weights"))
        print(f"{net.name}: {len(net.layers)} layers, {size / 1e6:.1f} MB, {heads}, {time.time() - start:.1f} s")


if __name__ == "__main__":
    main()
