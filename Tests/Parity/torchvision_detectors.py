#!/usr/bin/env python3
"""Writes what torchvision 0.14's own detectors and classifiers answer, for the Swift tests of their imported weights.

usage: torchvision_detectors.py OUTPUT_FOLDER [--images 20] [--threads 2] [--only NAME ...]
For each of the four Faster R-CNNs and two Mask R-CNNs: NAME.pth (torch.save of the state dict), NAME.safetensors (the same), and NAME.json
(boxes x1, y1, x2, y2 in pixels of the image, scores, labels without the background; of the Mask R-CNNs also masks). The images are PNGs under images/.
For each classifier: classifier-NAME.safetensors with its weights, an input and the feature maps.
Weights are random, but scaled until activations and scores spread as a trained model's.
Swift reads the folder whose path is in PEREGRINE_TORCHVISION_DETECTORS. Exits with 77 where torch is absent.
"""
import argparse
import json
import os
import struct
import sys
import time
import zlib
from collections import OrderedDict

try:
    import torch
    import torchvision
    from torch import nn
    from torchvision.models import detection
except ImportError as error:
    print(f"skipped: {error}; the fixtures need torch and torchvision")
    sys.exit(77)

DETECTORS = ("fasterrcnn_mobilenet_v3_large_320_fpn", "fasterrcnn_mobilenet_v3_large_fpn", "fasterrcnn_resnet50_fpn",
             "fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn_v2")
CLASSIFIERS = ("mobilenet_v3_small", "mobilenet_v3_large", "resnet18", "resnet34", "resnet50")
CLASSES = 5
SHIFT = 1
# Width and height: landscape, portrait, odd, long, tiny, and some that round awkwardly at 800 or 1333.
SIZES = [(640, 480), (480, 640), (900, 200), (24, 17), (500, 375), (170, 700), (333, 257), (1200, 300), (97, 331),
         (64, 64), (760, 180), (640, 427), (210, 840), (1000, 260), (31, 120), (427, 640), (1500, 420), (123, 456),
         (812, 199), (300, 1101)]


def write_tensors(path, tensors):
    """Safetensors: eight bytes of header length, a JSON header padded to eight bytes, little-endian floats."""
    header, position = OrderedDict(), 0
    tensors = {name: tensor.detach().to(torch.float32).contiguous() for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        end = position + 4 * tensor.numel()
        header[name] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[position, end])
        position = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.numpy().astype("<f4").tobytes())


def write_png(path, image):
    """image: [3, height, width] of bytes."""
    _, height, width = image.shape
    rows = image.permute(1, 2, 0).reshape(height, 3 * width)
    data = b"".join(b"\0" + row.numpy().tobytes() for row in rows)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(data, 6)) + chunk(b"IEND", b""))


def uniform(random, low, high, *shape):
    return torch.rand(*shape, generator=random) * (high - low) + low


def picture(seed, width, height):
    """A shaded ground with rectangles, discs, stripes and a little noise, as bytes. [3, height, width]"""
    random = torch.Generator().manual_seed(seed)
    y, x = torch.meshgrid(torch.arange(height).float(), torch.arange(width).float(), indexing="ij")
    image = torch.stack([0.3 + 0.3 * x / width, 0.5 - 0.2 * y / height, 0.4 + 0.1 * (x / width + y / height)])
    for index in range(16):
        cx, cy = uniform(random, 0, width, 1).item(), uniform(random, 0, height, 1).item()
        half = uniform(random, 0.03, 0.25, 2) * min(width, height)
        color = uniform(random, 0, 1, 3)[:, None, None]
        if index % 3 == 0:
            inside = ((x - cx) / half[0]) ** 2 + ((y - cy) / half[1]) ** 2 < 1
        else:
            inside = ((x - cx).abs() < half[0]) & ((y - cy).abs() < half[1])
        if index % 3 == 1:
            color = color * (0.6 + 0.4 * torch.sin((x * half[0] + y * half[1]) / min(width, height)))
        image = torch.where(inside, color.expand_as(image), image)
    image = image + torch.randn(3, height, width, generator=random) * 0.02
    return (image.clamp(0, 1) * 255).round().to(torch.uint8)


def convolved(layer, x):
    """A fully connected layer as a 1×1 convolution: the BLAS of Debian's torch is many times slower than its oneDNN."""
    return torch.conv2d(x[:, :, None, None], layer.weight.flatten(1)[:, :, None, None], layer.bias).flatten(1)


def normalizations(module):
    return [(name, layer) for name, layer in module.named_modules() if isinstance(layer, nn.BatchNorm2d)]


def settle_statistics(module, run, random):
    """Gives batch normalisation random scales and shifts, and the statistics of what passes through it."""
    layers = normalizations(module)
    last = set()
    for name, block in module.named_modules():
        if hasattr(block, "downsample") or getattr(block, "use_res_connect", False):
            last.add(name + "." + normalizations(block if not getattr(block, "downsample", None) else nn.ModuleDict(
                {key: part for key, part in block.named_children() if key != "downsample"}))[-1][0])
    for name, layer in layers:
        count = layer.num_features
        # The last of a residual branch is damped, and most activations lie where ReLU is a line: as in a trained network,
        # rounding then does not grow a thousandfold from the first layer to the last.
        damping = 0.3 if name in last else 1
        layer.weight.copy_(uniform(random, 0.6, 1.4, count) * damping)
        layer.bias.copy_(torch.randn(count, generator=random) * 0.2 + SHIFT)
        layer.reset_running_stats()
        layer.momentum = None
        layer.train()
    run()
    for _, layer in layers:
        layer.eval()


def rounded(value):
    """Three digits: so little depends on the machine that calibrates."""
    return float(f"{value:.3g}")


def calibrate(layer, outputs, spread, mean):
    """Scales a last layer and moves its bias, so that each output channel has this spread and mean over `outputs`."""
    outputs = outputs - layer.bias
    for channel, values in enumerate(outputs.unbind(1)):
        factor = rounded(spread / values.std().item())
        layer.weight[channel] *= factor
        layer.bias[channel] = rounded(mean - values.mean().item() * factor)


def make_detector(name, seed):
    torch.manual_seed(seed)
    model = getattr(detection, name)(weights=None, weights_backbone=None, num_classes=1 + CLASSES).eval()
    random = torch.Generator().manual_seed(seed + 1)
    # Smaller than usual, to save time.
    pictures = [picture(900 + index, 320, 240).float() / 255 for index in range(4)]
    sides = model.transform.min_size
    model.transform.min_size = (320,)
    images, _ = model.transform(pictures)
    settle_statistics(model.backbone, lambda: model.backbone(images.tensors), random)
    head, predictor = model.rpn.head, model.roi_heads.box_predictor
    maps = model.backbone(images.tensors)
    hidden = torch.cat([head.conv(feature).movedim(1, -1).flatten(0, -2) for feature in maps.values()])
    for layer, spread, mean in ((head.cls_logits, 1.5, -1), (head.bbox_pred, 0.2, 0)):
        calibrate(layer, convolved(layer, hidden), spread, mean)
    # The second stage sees the proposals of the calibrated first.
    regions, _ = model.rpn(images, maps)
    pooled = model.roi_heads.box_roi_pool(maps, regions, images.image_sizes)
    settle_statistics(model.roi_heads.box_head, lambda: model.roi_heads.box_head(pooled), random)
    hidden = model.roi_heads.box_head(pooled)
    calibrate(predictor.cls_score, predictor.cls_score(hidden), 2, 0)
    calibrate(predictor.bbox_pred, predictor.bbox_pred(hidden), 0.7, 0)
    # Some 60 regions of a picture are more than 5 % something, so that few images reach the 100 detections that are kept.
    scores = predictor.cls_score(hidden)
    margins = scores[:, 1:].max(1).values - scores[:, 0]
    share = min(0.5, 60 * len(pictures) / len(margins))
    predictor.cls_score.bias[0] += rounded(margins.quantile(1 - share).item() + 2.94)
    if name.startswith("maskrcnn"):
        boxes = [proposals[:20] for proposals in regions]
        pooled = model.roi_heads.mask_roi_pool(maps, boxes, images.image_sizes)
        settle_statistics(model.roi_heads.mask_head, lambda: model.roi_heads.mask_head(pooled), random)
        hidden = torch.relu(model.roi_heads.mask_predictor.conv5_mask(model.roi_heads.mask_head(pooled)))
        layer = model.roi_heads.mask_predictor.mask_fcn_logits
        calibrate(layer, layer(hidden).movedim(1, -1).flatten(0, -2), 3, 0)
        model.roi_heads.mask_roi_pool.scales = model.roi_heads.mask_roi_pool.map_levels = None
    # What torchvision remembers of the first image that it saw.
    model.roi_heads.box_roi_pool.scales = model.roi_heads.box_roi_pool.map_levels = None
    model.transform.min_size = sides
    return model


def run_lengths(mask):
    """COCO's counts of a mask: down the columns, outside first."""
    flat = mask.T.flatten()
    changes = (torch.nonzero(flat[1:] != flat[:-1]).flatten() + 1).tolist()
    edges = [0] + changes + [len(flat)]
    counts = [end - start for start, end in zip(edges, edges[1:])]
    return ([0] if flat[0] else []) + counts


def record_detector(folder, name, images):
    start = time.time()
    model = make_detector(name, 11)
    torch.save(model.state_dict(), os.path.join(folder, name + ".pth"))
    write_tensors(os.path.join(folder, name + ".safetensors"), model.state_dict())
    records, count, border = [], 0, 0
    for file, image in images:
        batch, _ = model.transform([image.float() / 255])
        answer = model([image.float() / 255])[0]
        scores = answer["scores"]
        count += len(scores)
        border += (scores < 0.051).sum().item()
        records.append(dict(
            file=file, padded=list(batch.tensors.shape[:1:-1]), resized=list(batch.image_sizes[0][::-1]),
            boxes=answer["boxes"].tolist(), scores=scores.tolist(), labels=(answer["labels"] - 1).tolist()))
        if "masks" in answer:
            records[-1]["masks"] = [run_lengths(mask[0] > 0.5) for mask in answer["masks"]]
        if len(scores) >= 100:
            print(f"{name}: {file} has as many detections as there can be")
        if len(records) == 4:
            # The tiny one: what the network saw.
            write_tensors(os.path.join(folder, name + "-input.safetensors"), {"input": batch.tensors})
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(dict(architecture=name, classes=CLASSES, torchvision=torchvision.__version__, images=records), file)
    print(f"{name}: {count} detections on {len(records)} images, {border} of them within 0.001 of the threshold, "
          f"{time.time() - start:.0f} s", flush=True)


def record_classifier(folder, name):
    torch.manual_seed(21)
    random = torch.Generator().manual_seed(22)
    model = getattr(torchvision.models, name)(weights=None).eval()
    image = torch.randn(1, 3, 96, 64, generator=random)
    settle_statistics(model, lambda: model(image.repeat(2, 1, 1, 1) + torch.randn(2, 3, 96, 64, generator=random) / 4),
                      random)
    if name.startswith("resnet"):
        layers = [model.layer1, model.layer2, model.layer3, model.layer4]
    else:
        layers = [layer for layer in model.features if getattr(layer, "_is_cn", False)] + [model.features[-1]]
    maps = []
    hooks = [layer.register_forward_hook(lambda _, __, out: maps.append(out.clone())) for layer in layers]
    model(image)
    for hook in hooks:
        hook.remove()
    tensors = dict(model.state_dict())
    tensors["input"] = image
    tensors.update((f"map.{level}", value) for level, value in enumerate(maps))
    write_tensors(os.path.join(folder, f"classifier-{name}.safetensors"), tensors)
    print(f"{name}: {len(maps)} maps, standard deviations "
          + ", ".join(f"{value.std().item():.2f}" for value in maps), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--images", type=int, default=len(SIZES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=DETECTORS + CLASSIFIERS)
    options = parser.parse_args()
    os.makedirs(os.path.join(options.folder, "images"), exist_ok=True)
    torch.set_num_threads(options.threads)
    images = []
    for index, (width, height) in enumerate(SIZES[:options.images]):
        image = picture(100 + index, width, height)
        images.append((f"images/{index:02}.png", image))
        write_png(os.path.join(options.folder, images[-1][0]), image)
    nn.Linear.forward = convolved
    with torch.no_grad():
        for name in CLASSIFIERS:
            if name in options.only:
                record_classifier(options.folder, name)
        for name in DETECTORS:
            if name in options.only:
                record_detector(options.folder, name, images)


if __name__ == "__main__":
    main()
