"""Every command that writes, with each of its outputs. OUT is the output; everything else is named as in fixture.py."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    name: str
    line: str
    # "file": replaced whole or not at all. "folder": new, appears whole or not at all. "files": a folder in which every
    # file is whole. "lines": a text that grows line by line. "none": prints only.
    output: str
    extension: str = ""

    def arguments(self, output):
        return [output if word == "OUT" else word for word in self.line.split()]


def file(name, line, extension):
    return Command(name, line, "file", extension)


TRUTH = "--ground-truth scenes/annotations.json --detections found.json"
DETECT = "detect scenes/images --model yolo.model --confidence 0 --threads 1"
EVALUATE = "evaluate --data scenes --model yolo.model --threads 1 --resamples 5"

COMMANDS = [
    Command("train yolo", "train yolo.yaml --data scenes --threads 1 --output OUT", "files"),
    Command("train faster-rcnn", "train faster-rcnn.yaml --data scenes --threads 1 --output OUT", "files"),
    file("detect --json", DETECT + " --json OUT", ".json"),
    file("detect --coco", DETECT + " --coco OUT", ".json"),
    Command("detect --json-lines", DETECT + " --json-lines OUT", "lines", ".jsonl"),
    Command("detect --annotate", DETECT + " --annotate OUT", "files"),
    file("evaluate --json", EVALUATE + " --json OUT", ".json"),
    file("evaluate --csv", EVALUATE + " --csv OUT", ".csv"),
    file("evaluate --html", EVALUATE + " --html OUT", ".html"),
    file("evaluate --save-detections", EVALUATE + " --save-detections OUT", ".json"),
    file("evaluate --save-ground-truth", f"evaluate {TRUTH} --save-ground-truth OUT", ".json"),
    file("evaluate --save-curves", f"evaluate {TRUTH} --save-curves OUT", ".json"),
    file("evaluate --part", f"evaluate {TRUTH} --shard 1/2 --part OUT", ".json"),
    file("merge --json", "merge part-1.json part-2.json --json OUT", ".json"),
    file("compare --json", "compare yolo.model --data scenes --rounds 1 --resamples 5 --threads 1 --json OUT", ".json"),
    file("compare --html", "compare yolo.model --data scenes --rounds 1 --resamples 5 --threads 1 --html OUT", ".html"),
    file("compare --csv", "compare yolo.model --data scenes --rounds 1 --resamples 5 --threads 1 --csv OUT", ".csv"),
    file("panoptic", "panoptic --data panoptic.json --instances masks.json --semantics stuff.json --output OUT", ".json"),
    file("explain-map --json", f"explain-map {TRUTH} --json OUT", ".json"),
    file("audit --json", "audit scenes --json OUT", ".json"),
    file("audit --patch", "audit scenes --patch OUT", ".json"),
    Command("audit --clean", "audit scenes --clean OUT", "folder"),
    Command("convert --to yolo", "convert scenes/annotations.json OUT --to yolo --images copy", "folder"),
    Command("convert --to coco", "convert set OUT --to coco", "new file", ".json"),
    Command("convert --to csv", "convert set OUT --to csv", "new file", ".csv"),
    Command("synthesize", "synthesize OUT --count 6 --size 96x96 --threads 1", "files"),
    file("pack", "pack yolo.model --output OUT", ".safetensors"),
    file("quantize", "quantize yolo.model --data scenes --images 4 --method max --threads 1 --output OUT", ".safetensors"),
    file("import darknet", "import darknet --cfg tiny.cfg --weights tiny.weights --output OUT", ".safetensors"),
    file("export onnx", "export yolo.model --output OUT", ".onnx"),
    file("export safetensors", "export yolo.model --output OUT", ".safetensors"),
    file("export weights", "export darknet.model --output OUT", ".weights"),
    file("verify --json", "verify yolo.model yolo.model --images scenes/images --threads 1 --json OUT", ".json"),
    file("benchmark --json", "benchmark yolo.model --runs 1 --threads 1 --json OUT", ".json"),
    Command("inspect", "inspect yolo.model", "none"),
]
