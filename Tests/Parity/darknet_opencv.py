#!/usr/bin/env python3
"""Writes what OpenCV's Darknet reader answers on the networks of darknet_networks.py, for the Swift tests.

usage: darknet_opencv.py OUTPUT_FOLDER [NAME...]
Each network becomes NAME.cfg, NAME.weights and NAME.safetensors, f32:
  input       [1, 3, H, W], from 0 to 1
  conv_N      [1, A·(5 + classes), h, w]: the raw map in front of a head, before any activation; N is the layer's index
  yolo_N or region_N
              [h·w·A, 5 + classes]: a head's boxes as OpenCV decodes them, without a threshold: centre and size
              relative to the input, objectness, and each class's score times objectness; of a [region], OpenCV
              has set the scores to 0 that its suppression at IoU 0.4 drops
The metadata holds `heads`, the N of the conv_N in order, and OpenCV's version. Swift reads the folder whose path is in
PEREGRINE_DARKNET. What OpenCV computes is first held against plain numpy, so that the oracle itself is checked.
Exits with 77 where OpenCV is absent or, as from version 5 on, has no Darknet reader.
"""
import json
import os
import struct
import sys
import time

from darknet_networks import chosen, write

try:
    import cv2
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}; the fixtures need OpenCV")
    sys.exit(77)
if not hasattr(cv2.dnn, "readNetFromDarknet"):
    print(f"skipped: OpenCV {cv2.__version__} reads no Darknet networks; the fixtures need a version below 5")
    sys.exit(77)

# Of the largest number of a map.
TOLERANCE = 1e-4


def save(path, tensors, **metadata):
    """One file: eight bytes of header length, a JSON header padded to eight bytes, little-endian floats."""
    header, parts, position = {"__metadata__": metadata}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, "<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(array.shape), data_offsets=[position, position + len(data)])
        position += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)


def answers(net, folder):
    """The input, raw maps and boxes, by name."""
    weights = os.path.join(folder, net.name + ".weights")
    # OpenCV drops and, for [yolo], suppresses boxes inside the network unless told not to.
    cfg = np.frombuffer(net.cfg(thresh=0, nms_threshold=0).encode(), np.uint8)
    network = cv2.dnn.readNetFromDarknet(cfg, np.fromfile(weights, np.uint8))
    network.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    # Plain arithmetic, and the maps before a head's own activation.
    network.enableFusion(False)
    network.enableWinograd(False)
    names = []
    for head in net.heads():
        # An activation counts as a layer's second half: its boxes stand behind both.
        kind = net.layers[head + 1][0]
        names.append((f"conv_{head}", f"conv_{head}"))
        names.append((f"{kind}_{head + 1}", "detection_out" if kind == "region" else f"{kind}_{head + 1}"))
    image = net.input()[None]
    network.setInput(image)
    outputs = network.forward([name for _, name in names])
    return {"input": image, **{ours: output for (ours, _), output in zip(names, outputs)}}


def main():
    folder, networks = chosen(sys.argv[1:])
    for net in networks:
        start = time.time()
        expected = write(net, folder)
        tensors = answers(net, folder)
        worst = 0
        for layer, reference in expected.items():
            raw = tensors[f"conv_{layer}"]
            assert raw.shape == (1, *reference.shape), (net.name, layer, raw.shape, reference.shape)
            assert 0.3 < raw.std() < 5, f"{net.name}: conv_{layer} has a deviation of {raw.std()}"
            worst = max(worst, np.abs(raw[0] - reference).max() / np.abs(raw).max())
        assert worst < TOLERANCE, f"{net.name}: OpenCV and numpy differ by {worst:.1e} of the largest number"
        save(os.path.join(folder, net.name + ".safetensors"), tensors, opencv=cv2.__version__,
             heads=",".join(map(str, expected)))
        shapes = ", ".join(f"{name} {'×'.join(map(str, array.shape))}" for name, array in tensors.items())
        print(f"{net.name}: {shapes}; numpy differs by {worst:.1e}; {time.time() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
