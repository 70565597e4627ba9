"""What CI expects of the files that its steps wrote.

    expectations.py metrics REPORT.json 'AP50>0.15' …     metrics of a report lie above figures
    expectations.py published FOLDER                      published figures, and a converted set's count
    expectations.py two-stage FOLDER                      the two-stage detector against its ancestors
    expectations.py detections FOLDER                     what detect wrote of 60 good images and a truncated one
"""

import json
import os
import sys


def load(path):
    with open(path) as file:
        return json.load(file)


def metrics(path, *bounds):
    found = load(path)["metrics"]
    for bound in bounds:
        name, least = bound.split(">")
        assert found[name] > float(least), f"{path}: {name} is {found[name]}, expected more than {least}"


def published(folder):
    found = {rules: load(f"{folder}/{rules}.json")["metrics"]["mAP"] for rules in ("voc2007", "voc2010")}
    assert round(found["voc2010"], 6) == 0.245687, found
    assert round(found["voc2007"], 6) == 0.268398, found
    rows = {row["name"]: row["figures"]["AP50"] for row in load(f"{folder}/explained.json")["rows"]}
    assert round(rows["VOC 2010"], 5) == 0.02222 and round(rows["VOC 2007"], 5) == 0.03030, rows
    assert len(load(f"{folder}/cbc.json")["annotations"]) == 908


def two_stage(folder):
    ap50 = {name: load(f"{folder}/{name}.json")["metrics"]["AP50"] for name in ("two-stage", "fast")}
    assert ap50["two-stage"] > 0.15, f"four epochs reach AP50 {ap50}, less than the 0.15 that they always have"
    assert ap50["two-stage"] > ap50["fast"], f"its own proposals are better than windows: {ap50}"
    entries = load(f"{folder}/history.json")
    whole = {entry["method"]: entry["wholeMilliseconds"] for entry in entries}
    search = {entry["method"]: entry["milliseconds"]["external proposals"] for entry in entries}
    assert whole["faster-r-cnn"] < whole["fast-r-cnn"], whole
    # The search for regions is the same for both, and its time varies by more than they differ.
    assert whole["fast-r-cnn"] - search["fast-r-cnn"] < whole["r-cnn"] - search["r-cnn"], (whole, search)


def detections(folder):
    reports = load(f"{folder}/detections.json")
    assert len(reports) == 60, f"{len(reports)} reports for 60 good images"
    for report in reports:
        for detection in report["detections"]:
            x1, y1, x2, y2 = detection["box"]
            assert 0 <= x1 <= x2 <= report["width"] and 0 <= y1 <= y2 <= report["height"], report["image"]
            assert detection["label"] in ("RBC", "WBC", "Platelets") and 0.25 <= detection["score"] <= 1
    count = sum(len(report["detections"]) for report in reports)
    assert count > 60, "hardly anything was found"
    assert len(os.listdir(f"{folder}/annotated")) == 60
    assert len(load(f"{folder}/coco.json")) == count


if __name__ == "__main__":
    checks = {"metrics": metrics, "published": published, "two-stage": two_stage, "detections": detections}
    if len(sys.argv) < 3 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    checks[sys.argv[1]](*sys.argv[2:])
