"""Writes ground truth and detections of it: COCO results, text in several orders of columns, Darknet's files, our CSV.

Where the detections are exactly the boxes, AP is 1. Others are the boxes moved, left out and invented, with scores of
their own; what they get is computed by pycocotools.
"""

import contextlib
import dataclasses
import io
import json

import drawing
import tables
import voc
import yolo
from drawing import Export

try:
    import pycocotools.coco
    import pycocotools.cocoeval
except ImportError:
    pycocotools = None


@dataclasses.dataclass
class Detection:
    picture: drawing.Picture
    label: str
    x1: float
    y1: float
    x2: float
    y2: float
    score: float


def draw_detections(r, pictures, features):
    """All boxes with one score, or a drawn detector's answer with distinct scores."""
    found = [Detection(p, b.label, *b.corners, 0.9) for p in pictures for b in p.boxes]
    if pycocotools is None or r.random() < 0.5:
        return found
    features.append("moved boxes")
    classes = sorted({box.label for picture in pictures for box in picture.boxes})
    kept = []
    for entry in found:
        if r.random() < 0.15:
            continue
        step = r.choice([0, 0, 0.02, 0.1, 0.3])
        w, h = entry.x2 - entry.x1, entry.y2 - entry.y1
        x1, x2 = (v + r.uniform(-step, step) * w for v in (entry.x1, entry.x2))
        y1, y2 = (v + r.uniform(-step, step) * h for v in (entry.y1, entry.y2))
        size = entry.picture
        kept.append(
            dataclasses.replace(entry, x1=max(0, x1), y1=max(0, y1), x2=min(size.width, x2), y2=min(size.height, y2))
        )
    for _ in range(r.randint(0, 4)):
        picture = r.choice(pictures)
        box = drawing.draw_box(r, r.choice(classes), picture.width, picture.height, False)
        kept.append(Detection(picture, box.label, *box.corners, 0))
    if not kept:
        return found
    scores = r.sample(range(1, 10_000), len(kept))
    if r.random() < 0.3:
        scores[0], scores[-1] = 10_000, 0
        features.append("scores of 0 and 1")
    for entry, score in zip(kept, scores):
        entry.score = score / 10_000
    return kept


def expected_ap(pictures, found):
    """AP as pycocotools computes it with its own ids."""
    if pycocotools is None:
        return 1.0
    classes = sorted({box.label for picture in pictures for box in picture.boxes})
    truth = {
        "images": [{"id": i + 1, "width": p.width, "height": p.height} for i, p in enumerate(pictures)],
        "categories": [{"id": i + 1, "name": name} for i, name in enumerate(classes)],
        "annotations": [],
    }
    for index, picture in enumerate(pictures):
        for box in picture.boxes:
            truth["annotations"].append(
                {
                    "id": len(truth["annotations"]) + 1,
                    "image_id": index + 1,
                    "category_id": classes.index(box.label) + 1,
                    "bbox": [box.x1, box.y1, box.width, box.height],
                    "area": box.width * box.height,
                    "iscrowd": 0,
                }
            )
    index = {id(picture): number + 1 for number, picture in enumerate(pictures)}
    results = [
        {
            "image_id": index[id(d.picture)],
            "category_id": classes.index(d.label) + 1,
            "score": d.score,
            "bbox": [d.x1, d.y1, d.x2 - d.x1, d.y2 - d.y1],
        }
        for d in found
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        ground = pycocotools.coco.COCO()
        ground.dataset = truth
        ground.createIndex()
        evaluation = pycocotools.cocoeval.COCOeval(ground, ground.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0])


def coco_truth(r, root, pictures, classes, image_ids):
    """A plain COCO file; returns the ids of the classes."""
    category_ids = r.choice(
        [list(range(1, len(classes) + 1)), list(range(len(classes))), sorted(r.sample(range(1, 91), len(classes)))]
    )
    value = {
        "images": [
            {"id": i, "file_name": p.name, "width": p.width, "height": p.height} for i, p in zip(image_ids, pictures)
        ],
        "categories": [{"id": i, "name": name} for i, name in zip(category_ids, classes)],
        "annotations": [],
    }
    for image_id, picture in zip(image_ids, pictures):
        for box in picture.boxes:
            value["annotations"].append(
                {
                    "id": len(value["annotations"]) + 1,
                    "image_id": image_id,
                    "category_id": category_ids[classes.index(box.label)],
                    "bbox": [box.x1, box.y1, box.width, box.height],
                    "area": box.width * box.height,
                    "iscrowd": 0,
                }
            )
            box.x2, box.y2 = box.x1 + box.width, box.y1 + box.height
    drawing.write(root, "instances.json", json.dumps(value))
    for picture in pictures:
        picture.path = picture.name
    return category_ids


def yolo_truth(r, root, pictures, classes):
    row = yolo.detect_row(r.choice([6, None]))
    for picture in pictures:
        drawing.write_image(r, root, "data/images", picture)
        yolo.write_labels(r, root, picture, f"data/labels/{picture.stem}.txt", classes, row, [], str)
    drawing.write(root, "data/classes.txt", "\n".join(classes) + "\n")


def voc_truth(r, root, pictures):
    style = {"folder": "photos", "filename": "as it is", "path": False, "size": "as it is", "several": False}
    style.update(parts=False, whole=False)
    for picture in pictures:
        drawing.write_image(r, root, "voc/JPEGImages", picture)
        text = voc.annotation(r, picture, style, [])
        drawing.write(root, f"voc/Annotations/{picture.stem}.xml", text)


def some_truth(r, root, pictures, classes, features):
    """Ground truth as COCO, YOLO or VOC; returns what --ground-truth is."""
    kind = r.choice(["COCO", "YOLO", "VOC"])
    features.append(f"{kind} ground truth")
    if kind == "COCO":
        coco_truth(r, root, pictures, classes, list(range(1, len(pictures) + 1)))
        return "instances.json"
    if kind == "YOLO":
        yolo_truth(r, root, pictures, classes)
        return "data"
    voc_truth(r, root, pictures)
    return "voc"


def result(entry, image_id, category_id, name=None):
    """One of COCO's results; the detection becomes what is written."""
    w, h = entry.x2 - entry.x1, entry.y2 - entry.y1
    entry.x2, entry.y2 = entry.x1 + w, entry.y1 + h
    value = {"image_id": image_id, "category_id": category_id, "bbox": [entry.x1, entry.y1, w, h], "score": entry.score}
    return {**value, "file_name": name} if name else value


def coco_results(r, root):
    """COCO's results with the ground truth's own ids: whole numbers with gaps, or strings."""
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes)
    strings = r.random() < 0.4
    ids = [f"frame_{n}" for n in range(len(pictures))] if strings else r.sample(range(1, 1000), len(pictures))
    category_ids = coco_truth(r, root, pictures, classes, ids)
    features = ["string ids" if strings else "numbers with gaps"]
    found = draw_detections(r, pictures, features)
    index = {id(p): i for p, i in zip(pictures, ids)}
    rows = [result(d, index[id(d.picture)], category_ids[classes.index(d.label)]) for d in found]
    if r.random() < 0.2:
        for row in rows:
            row["segmentation"] = {"size": [1, 1], "counts": "0"} if r.random() < 0.5 else []
        features.append("with segmentation")
    r.shuffle(rows)
    drawing.write(root, "results.json", json.dumps(rows, indent=r.choice([None, 2])))
    return Export(
        "instances.json",
        pictures,
        detections="results.json",
        expected_ap=expected_ap(pictures, found),
        features=features,
    )


def predictions(r, root):
    """Ultralytics' predictions.json: image_id is the number in the stem, or the stem; classes count from 0 or 1."""
    classes = drawing.draw_classes(r)
    numeric = r.random() < 0.6
    count = r.choice([3, 5, 12])
    pictures = drawing.draw_pictures(r, classes, numeric=numeric, count=count)
    if numeric and r.random() < 0.5:
        for picture in pictures:
            picture.name = f"{int(picture.stem) * 37 + 5:012d}" + picture.name[len(picture.stem) :]
    features = ["numbers of stems" if numeric else "stems"]
    on_coco = r.random() < 0.3
    if on_coco:
        category_ids = coco_truth(r, root, pictures, classes, r.sample(range(1, 1000), len(pictures)))
        features.append("COCO ground truth with other ids")
    else:
        yolo_truth(r, root, pictures, classes)
        first = r.choice([0, 1])
        category_ids = list(range(first, first + len(classes)))
        features.append(f"YOLO ground truth, classes from {first}")
    found = draw_detections(r, pictures, features)
    named = r.random() < 0.6
    features.append("with file_name" if named else "without file_name")
    rows = [
        result(
            d,
            int(d.picture.stem) if numeric else d.picture.stem,
            category_ids[classes.index(d.label)],
            d.picture.name if named else None,
        )
        for d in found
    ]
    r.shuffle(rows)
    drawing.write(root, "predictions.json", json.dumps(rows))
    # Numbers may be ids or places in a list, and classes without the first or last may count from 0 or 1.
    used = {row["category_id"] for row in rows}
    unclear = not on_coco and not ({category_ids[0], category_ids[-1]} <= used) or numeric and not named
    return Export(
        "instances.json" if on_coco else "data",
        pictures,
        detections="predictions.json",
        expected_ap=expected_ap(pictures, found),
        ambiguous=unclear or on_coco,
        features=features,
    )


def text(r, root):
    """`class score` and a box in three forms, one file an image."""
    form = r.choice(["xywh", "xyxy", "relative"])
    classes = drawing.draw_classes(r, words=True)
    pictures = drawing.draw_pictures(r, classes, least=40)
    coco_truth(r, root, pictures, classes, list(range(1, len(pictures) + 1)))
    features = [form]
    found = draw_detections(r, pictures, features)
    indexed = r.random() < 0.5
    features.append("indices" if indexed else "names")
    files = {id(p): [] for p in pictures}
    for d in found:
        size = d.picture
        if form == "xyxy":
            values = [d.x1, d.y1, d.x2, d.y2]
        elif form == "xywh":
            values = [d.x1, d.y1, d.x2 - d.x1, d.y2 - d.y1]
            d.x2, d.y2 = d.x1 + values[2], d.y1 + values[3]
        else:
            values = relative(d, size)
        first = classes.index(d.label) if indexed else d.label
        files[id(size)].append(" ".join(map(str, [first, d.score, *values])))
    for picture in pictures:
        if files[id(picture)] or r.random() < 0.7:
            drawing.write(root, f"found/{picture.stem}.txt", drawing.lines(r, files[id(picture)], features))
    arguments = []
    if indexed:
        drawing.write(root, "names.txt", "\n".join(classes) + "\n")
        arguments += ["--classes", "@names.txt"]
    stated = r.random() < 0.6
    if stated:
        arguments += ["--boxes", form]
    else:
        features.append("form not stated")
    return Export(
        "instances.json",
        pictures,
        arguments,
        detections="found",
        expected_ap=expected_ap(pictures, found),
        ambiguous=not stated,
        features=features,
    )


def relative(d, size):
    """Centre and size as fractions; the detection becomes what the digits say."""
    values = [
        (d.x1 + d.x2) / 2 / size.width,
        (d.y1 + d.y2) / 2 / size.height,
        (d.x2 - d.x1) / size.width,
        (d.y2 - d.y1) / size.height,
    ]
    cx, cy, w, h = values
    d.x1, d.x2 = (cx - w / 2) * size.width, (cx + w / 2) * size.width
    d.y1, d.y2 = (cy - h / 2) * size.height, (cy + h / 2) * size.height
    return values


def confidence_last(r, root):
    """`class cx cy w h confidence`, which Ultralytics writes with save_txt and save_conf. AP, or a refusal."""
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes, least=40)
    on_yolo = r.random() < 0.5
    if on_yolo:
        yolo_truth(r, root, pictures, classes)
    else:
        coco_truth(r, root, pictures, classes, list(range(1, len(pictures) + 1)))
    features = ["YOLO ground truth" if on_yolo else "COCO ground truth"]
    found = draw_detections(r, pictures, features)
    files = {id(p): [] for p in pictures}
    for d in found:
        files[id(d.picture)].append(" ".join(map(str, [classes.index(d.label), *relative(d, d.picture), d.score])))
    for picture in pictures:
        if files[id(picture)]:
            drawing.write(root, f"labels/{picture.stem}.txt", "\n".join(files[id(picture)]) + "\n")
    drawing.write(root, "names.txt", "\n".join(classes) + "\n")
    arguments = r.choice([["--boxes", "relative"], []]) + (
        ["--classes", "@names.txt"] if not on_yolo or r.random() < 0.5 else []
    )
    return Export(
        "data" if on_yolo else "instances.json",
        pictures,
        arguments,
        detections="labels",
        expected_ap=expected_ap(pictures, found),
        ambiguous=True,
        features=features,
    )


def darknet(r, root):
    """comp4_det_test_CLASS.txt of Darknet's `detector valid` and the VOC kit: `image score x1 y1 x2 y2`."""
    classes = [name.replace("/", "-") for name in drawing.draw_classes(r)]
    pictures = drawing.draw_pictures(r, classes)
    features = []
    truth = some_truth(r, root, pictures, classes, features)
    found = draw_detections(r, pictures, features)
    prefix = r.choice(["comp4_det_test_", "comp3_det_val_", "comp4_det_test_"])
    for name in classes:
        rows = [f"{d.picture.stem} {d.score} {d.x1} {d.y1} {d.x2} {d.y2}" for d in found if d.label == name]
        if rows or r.random() < 0.5:
            drawing.write(root, f"results/{prefix}{name}.txt", "".join(row + "\n" for row in rows))
    arguments = r.choice([["--boxes", "xyxy"], []])
    ap = expected_ap(pictures, found)
    return Export(truth, pictures, arguments, detections="results", expected_ap=ap, features=[prefix, *features])


def own_csv(r, root):
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes)
    features = []
    truth = some_truth(r, root, pictures, classes, features)
    found = draw_detections(r, pictures, features)
    header = ["image", "label", "score", "x1", "y1", "x2", "y2"]
    r.shuffle(header)
    rows = []
    for d in found:
        values = {"image": d.picture.name, "label": d.label, "score": d.score}
        values.update(x1=d.x1, y1=d.y1, x2=d.x2, y2=d.y2)
        rows.append([values[key] for key in header])
    drawing.write(root, "found.csv", tables.csv_text(r, [header, *rows], features))
    ap = expected_ap(pictures, found)
    return Export(truth, pictures, detections="found.csv", expected_ap=ap, features=features)


def text_both(r, root):
    """Text on both sides, in the one form that --boxes states."""
    form = r.choice(["xyxy", "xywh"])
    features = [form]
    export = tables.pixel_text(r, root, corners=form == "xyxy")
    pictures = export.pictures
    found = draw_detections(r, pictures, features)
    files = {id(p): [] for p in pictures}
    for d in found:
        values = [d.x1, d.y1, d.x2, d.y2]
        if form == "xywh":
            values = [d.x1, d.y1, d.x2 - d.x1, d.y2 - d.y1]
            d.x2, d.y2 = d.x1 + values[2], d.y1 + values[3]
        files[id(d.picture)].append(" ".join(map(str, [d.label, d.score, *values])))
    for picture in pictures:
        drawing.write(root, f"found/{picture.stem}.txt", drawing.lines(r, files[id(picture)], features))
    arguments = ["--format", "text", "--boxes", form]
    return Export(
        export.dataset or "labels",
        pictures,
        arguments,
        detections="found",
        expected_ap=expected_ap(pictures, found),
        features=features + export.features,
    )
