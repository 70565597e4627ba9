"""Writes COCO's JSON after cocodataset.org ("Data format"), as pycocotools reads it, and as exporters vary it."""

import json

import drawing
from drawing import Export


def number(r, value):
    """The value as written: JSON does not tell 3 from 3.0."""
    value = float(value)
    return int(value) if value == int(value) and r.random() < 0.7 else value


def ids(r, count, form):
    if form == "from 1":
        return list(range(1, count + 1))
    if form == "from 0":
        return list(range(count))
    if form == "with gaps":
        return r.sample(range(1, 10_000), count)
    if form == "large":
        return [20_180_000_000 + n for n in r.sample(range(1000), count)]
    if form == "floats":
        return [float(n) for n in range(1, count + 1)]
    return [f"{r.choice(['frame_', 'img-', ''])}{n:05d}" if r.random() < 0.9 else f"größe {n}" for n in range(count)]


def rle_of(box, picture):
    """Uncompressed run lengths, column by column, of a box with whole corners."""
    counts, position = [], 0
    x1, y1, x2, y2 = map(int, box.corners)
    for x in range(x1, x2):
        start = x * picture.height + y1
        counts += [start - position, y2 - y1]
        position = start + y2 - y1
    counts.append(picture.width * picture.height - position)
    return {"counts": counts, "size": [picture.height, picture.width]}


def annotation(r, identifier, image_id, category_id, box, picture, style):
    x, y, w, h = (number(r, v) for v in (box.x1, box.y1, box.width, box.height))
    box.x1, box.y1, box.x2, box.y2 = float(x), float(y), float(x) + float(w), float(y) + float(h)
    entry = {"id": identifier, "image_id": image_id, "category_id": category_id, "bbox": [x, y, w, h]}
    if style["area"]:
        entry["area"] = number(r, float(w) * float(h))
    if style["iscrowd"]:
        entry["iscrowd"] = 0
    kind = style["segmentation"]
    if kind == "polygon":
        entry["segmentation"] = [[x, y, x + w, y, x + w, y + h, x, y + h]]
    elif kind == "empty":
        entry["segmentation"] = []
    elif kind == "run lengths" and all(float(v).is_integer() for v in box.corners):
        entry["segmentation"] = rle_of(box, picture)
        entry["iscrowd"] = int(r.random() < 0.5) if style["iscrowd"] else 0
    if style["keypoints"]:
        entry["keypoints"] = [int(x), int(y), 2] + [0, 0, 0] * 16
        entry["num_keypoints"] = 1
    if style["extra"]:
        entry["attributes"] = {"occluded": False, "rotation": 0.0, "note": None, "track": [1, {"a": "b}]"}]}
        entry["score"] = None
    items = list(entry.items())
    if style["shuffled"]:
        r.shuffle(items)
    return dict(items)


def file_name(r, picture, form):
    base = picture.path.split("/")[-1]
    return {
        "as it is": picture.path.removeprefix("images/"),
        "with folder": picture.path,
        "Windows folder": picture.path.replace("/", "\\"),
        "Windows absolute": "C:\\Users\\me\\data\\" + base,
        "Unix absolute": "/home/me/data/" + base,
        "Label Studio upload": f"../../label-studio/data/media/upload/4/{base}",
        "Label Studio Windows": "..\\..\\label-studio\\label-studio\\media\\upload\\4\\" + base,
        "Label Studio local files": f"/data/local-files/?d=shelf/{base}",
        "Label Studio old Windows": "images\\" + base,
    }[form]


def draw_style(r):
    return {
        "area": r.random() < 0.85,
        "iscrowd": r.random() < 0.85,
        "keypoints": r.random() < 0.1,
        "extra": r.random() < 0.2,
        "segmentation": r.choice(["none", "empty", "polygon", "run lengths"]),
        "shuffled": r.random() < 0.4,
    }


def document(r, pictures, classes, style, image_ids, category_ids, name_form):
    keys = ["annotations", "categories", "images"]
    annotations, number_ = [], r.choice([1, 1, 100])
    index = dict(zip(classes, category_ids))
    for picture, image_id in zip(pictures, image_ids):
        for box in picture.boxes:
            annotations.append(annotation(r, number_, image_id, index[box.label], box, picture, style))
            number_ += r.choice([1, 1, 1, 7]) if style["extra"] else 1
    if style["shuffled"]:
        r.shuffle(annotations)
        r.shuffle(keys)
    images = [
        {
            "id": image_id,
            "file_name": file_name(r, picture, name_form),
            "width": picture.width,
            "height": picture.height,
        }
        for picture, image_id in zip(pictures, image_ids)
    ]
    if style["extra"]:
        for image in images:
            image.update({"license": 0, "flickr_url": "", "coco_url": "", "date_captured": 0})
    parts = {
        "annotations": annotations,
        "images": images,
        "categories": [
            {"id": i, "name": name, "supercategory": r.choice(["", "none", name])} for name, i in index.items()
        ],
    }
    result = {key: parts[key] for key in keys}
    if style["extra"]:
        result = {
            "info": {"year": "2024", "description": 'a "quoted" text'},
            "licenses": [{"id": 0, "name": "", "url": ""}],
            **result,
        }
    return result


def json_text(r, value, features):
    indent = r.choice([None, None, 2, "\t"])
    ascii_only = r.random() < 0.5
    features.append("one line" if indent is None else "indented")
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=r.choice([(",", ":"), (", ", ": ")]))
    return text.replace("\n", "\r\n") if r.random() < 0.1 else text


def labels(r, root):
    classes = drawing.draw_classes(r)
    style = draw_style(r)
    id_form = r.choice(["from 1", "from 1", "from 0", "with gaps", "large", "floats", "strings"])
    category_form = r.choice(["from 1", "from 1", "from 0", "with gaps", "floats"])
    layout = r.choice(["beside the images", "images/", "annotations/", "Roboflow"])
    forms = ["as it is", "as it is", "Windows absolute", "Unix absolute"]
    if layout == "images/":
        forms += ["with folder", "Windows folder"]
    name_form = r.choice(forms)
    features = [
        layout,
        f"image ids {id_form}",
        f"category ids {category_form}",
        f"names {name_form}",
        f"segmentation {style['segmentation']}",
    ]
    subfolders = (
        name_form in ("as it is", "with folder", "Windows folder") and layout != "Roboflow" and r.random() < 0.3
    )
    pictures = drawing.draw_pictures(r, classes, subfolders=subfolders, whole=style["segmentation"] == "run lengths")
    images, file = {
        "beside the images": ("", "annotations.json"),
        "images/": ("images", "labels.json"),
        "annotations/": ("images", "annotations/instances_default.json"),
        "Roboflow": ("", "_annotations.coco.json"),
    }[layout]
    for picture in pictures:
        drawing.write_image(r, root, images, picture)
    if layout == "beside the images" and name_form == "with folder":
        name_form = "as it is"
    value = document(
        r, pictures, classes, style, ids(r, len(pictures), id_form), ids(r, len(classes), category_form), name_form
    )
    if layout == "Roboflow":
        known = {entry["id"] for entry in value["categories"]}
        if 0 not in known:
            value["categories"].insert(0, {"id": 0, "name": "things", "supercategory": "none"})
    others = spoil(r, value, pictures, features)
    sized = r.random() < 0.9
    if not sized:
        features.append("no width and height")
        for image in value["images"]:
            del image["width"], image["height"]
    drawing.write(root, file, json_text(r, value, features))
    # The folder, or the file itself where the folder would not tell.
    dataset = "" if layout in ("beside the images", "Roboflow", "images/") and r.random() < 0.5 else file
    if dataset == "" and subfolders:
        dataset = file
    return Export(dataset, pictures, others=others, ambiguous=not sized, features=features)


def spoil(r, value, pictures, features):
    """Takes the bbox from some annotations of a few files, or adds one of no image; each is to be named."""
    if value["annotations"] and r.random() < 0.05:
        first = value["annotations"][0]
        free = max((entry["id"] for entry in value["annotations"]), default=0) + 1
        missing = "nowhere" if isinstance(first["image_id"], str) else 987_654
        value["annotations"].append({**first, "id": free, "image_id": missing})
        features.append("an annotation of no image")
        return {"image_id|(without|no|unknown) (an )?image|missingImage": 1}
    if r.random() > 0.12 or not value["annotations"]:
        return {}
    image_ids = [image["id"] for image in value["images"]]
    count = unknown = 0
    for entry in r.sample(value["annotations"], r.randint(1, min(3, len(value["annotations"])))):
        picture = pictures[image_ids.index(entry["image_id"])]
        x, y, w, h = entry["bbox"]
        box = next(
            b for b in picture.boxes if abs(b.x1 - x) + abs(b.y1 - y) + abs(b.width - w) + abs(b.height - h) < 1e-6
        )
        if entry.get("segmentation"):
            # Whose bounds are as right as naming it.
            box.excuse = r"bbox|no box"
        else:
            picture.boxes.remove(box)
            unknown += 1
        how = r.choice(["missing", "null", "empty"])
        if how == "missing":
            del entry["bbox"]
        else:
            entry["bbox"] = None if how == "null" else []
        count += 1
    features.append(f"{count} annotations without bbox")
    return {"bbox|no box": unknown} if unknown else {}


def label_studio(r, root):
    """result.json beside images/, whose names are those of the server or of the labeller's machine."""
    classes = drawing.draw_classes(r)
    form = r.choice(
        ["Label Studio upload", "Label Studio Windows", "Label Studio local files", "Label Studio old Windows"]
    )
    pictures = drawing.draw_pictures(r, classes)
    for picture in pictures:
        digest = "".join(r.choice("0123456789abcdef") for _ in range(8))
        picture.name = f"{digest}-{picture.name.replace(' ', '_')}"
        drawing.write_image(r, root, "images", picture)
    value = {"images": [], "categories": [{"id": i, "name": name} for i, name in enumerate(classes)], "annotations": []}
    for image_id, picture in enumerate(pictures):
        value["images"].append(
            {"width": picture.width, "height": picture.height, "id": image_id, "file_name": file_name(r, picture, form)}
        )
        for box in picture.boxes:
            value["annotations"].append(
                {
                    "id": len(value["annotations"]),
                    "image_id": image_id,
                    "category_id": classes.index(box.label),
                    "segmentation": [],
                    "bbox": [box.x1, box.y1, box.width, box.height],
                    "ignore": 0,
                    "iscrowd": 0,
                    "area": box.width * box.height,
                }
            )
            box.x2, box.y2 = box.x1 + box.width, box.y1 + box.height
    value["info"] = {
        "year": 2024,
        "version": "1.0",
        "description": "",
        "contributor": "Label Studio",
        "url": "",
        "date_created": "2024-01-02 10:11:12",
    }
    drawing.write(root, "result.json", json.dumps(value, indent=2))
    return Export(r.choice(["", "result.json"]), pictures, features=[form])
