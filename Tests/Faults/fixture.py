"""Inputs for all commands, made by the program itself: a small labelled set, models of both families, a Darknet network,
detections in a file, two shares of an evaluation."""
import json
import os
import struct
import subprocess

YOLO = """detector: yolo
yolo:
  inputSize: { width: 64, height: 64 }
  backbone: { depth: 18, widthMultiplier: 0.25 }
  pyramidChannels: 16
  headConvolutions: 1
  anchorsPerLevel: 1
training:
  epochs: 3
  batchSize: 4
  seed: 3
  closeMosaicEpochs: 1
"""

FASTER_RCNN = """detector: faster-rcnn
fasterRCNN:
  inputSize: { width: 64, height: 64 }
  backbone: { depth: 18, widthMultiplier: 0.25 }
  pyramid: { channels: 16, hasPooledLevel: false }
  proposals:
    anchorSizes: [[8], [16], [32]]
    samplesPerImage: 32
    trainingCandidates: 50
    trainingCount: 20
    candidates: 50
    count: 20
  regions: { width: 32, samplesPerImage: 16 }
training:
  epochs: 3
  batchSize: 4
  seed: 3
  closeMosaicEpochs: 1
"""

# One convolution and a head of one anchor and two classes.
DARKNET = """[net]
width=64
height=64
channels=3
[convolutional]
batch_normalize=1
filters=8
size=3
stride=2
pad=1
activation=leaky
[convolutional]
filters=7
size=1
stride=1
pad=0
activation=linear
[yolo]
mask=0
anchors=16,16
classes=2
num=1
"""


def run(program, *arguments, folder):
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the fixture cannot be made: {' '.join(arguments)}\n{done.stderr}")


def make(program, folder, images=16):
    """Makes the inputs in a folder. Commands name them by relative paths."""
    os.makedirs(folder, exist_ok=True)

    def write(name, text):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    run(program, "synthesize", "scenes", "--count", str(images), "--size", "96x96", "--threads", "1", folder=folder)
    run(program, "convert", "scenes/annotations.json", "set", "--to", "yolo", "--images", "copy", folder=folder)
    write("yolo.yaml", YOLO)
    write("faster-rcnn.yaml", FASTER_RCNN)
    for name in ("yolo", "faster-rcnn"):
        run(program, "train", name + ".yaml", "--data", "scenes", "--output", "trained-" + name, "--threads", "1", folder=folder)
        os.link(os.path.join(folder, f"trained-{name}/last.safetensors"), os.path.join(folder, name + ".model"))
    with open(os.path.join(folder, "scenes/annotations.json")) as file:
        truth = json.load(file)
    found = [{"image_id": a["image_id"], "category_id": a["category_id"], "bbox": a["bbox"], "score": 0.9} for a in truth["annotations"]]
    write("found.json", json.dumps(found))
    write("panoptic.json", json.dumps({
        "images": truth["images"], "annotations": [],
        "categories": truth["categories"] + [{"id": 200, "name": "ground", "isthing": 0}]}))
    everything = {"size": [96, 96], "counts": [0, 96 * 96]}
    write("masks.json", json.dumps([
        {**detection, "segmentation": {"size": [96, 96], "counts": [960, 480, 96 * 96 - 1440]}} for detection in found]))
    write("stuff.json", json.dumps([
        {"image_id": image["id"], "category_id": 200, "segmentation": everything} for image in truth["images"]]))
    write("tiny.cfg", DARKNET)
    weights = 8 * 4 + 8 * 27 + 7 + 7 * 8
    write("tiny.weights", struct.pack("<iiiq", 0, 2, 0, 0) + struct.pack(f"<{weights}f", *[0.01 * (n % 17 + 1) for n in range(weights)]))
    for part in (1, 2):
        run(program, "evaluate", "--ground-truth", "scenes/annotations.json", "--detections", "found.json", "--shard", f"{part}/2", "--part", f"part-{part}.json", folder=folder)
    run(program, "import", "darknet", "--cfg", "tiny.cfg", "--weights", "tiny.weights", "--output", "darknet.model", folder=folder)
