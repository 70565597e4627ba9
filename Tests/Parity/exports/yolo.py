"""Writes YOLO's text, after Ultralytics' documentation of data sets (detect, segment, pose, obb) and Darknet's README.

A line is `class` and then fractions of the image: `cx cy w h`, a polygon `x1 y1 x2 y2 …`, `cx cy w h` with keypoints,
or four corners of an oriented box. Class names stand in data.yaml, classes.txt or obj.names.
"""

import json
import os

import drawing
from drawing import Export


def fraction_text(r, value, digits):
    if digits is None:
        return repr(float(value))
    text = f"{value:.{digits}f}"
    return f"{float(text):e}" if r.random() < 0.02 else text


def box_row(r, box, picture, first, digits):
    """The line of a box; its corners become those that the written digits say."""
    width, height = picture.width, picture.height
    values = [(box.x1 + box.x2) / 2 / width, (box.y1 + box.y2) / 2 / height, box.width / width, box.height / height]
    texts = [fraction_text(r, value, digits) for value in values]
    cx, cy, w, h = map(float, texts)
    box.x1, box.x2 = (cx - w / 2) * width, (cx + w / 2) * width
    box.y1, box.y2 = (cy - h / 2) * height, (cy + h / 2) * height
    return " ".join([first, *texts])


def polygon_row(r, box, picture, first, digits, points):
    """The line of a polygon whose bounds are the box."""
    width, height = picture.width, picture.height
    texts = [(fraction_text(r, x / width, digits), fraction_text(r, y / height, digits)) for x, y in points]
    xs, ys = [float(x) * width for x, _ in texts], [float(y) * height for _, y in texts]
    box.x1, box.x2, box.y1, box.y2 = min(xs), max(xs), min(ys), max(ys)
    return " ".join([first, *(value for pair in texts for value in pair)])


def outline(r, box):
    """Points on the box's border that reach all four sides."""
    points = [
        (r.uniform(box.x1, box.x2), box.y1),
        (box.x2, r.uniform(box.y1, box.y2)),
        (r.uniform(box.x1, box.x2), box.y2),
        (box.x1, r.uniform(box.y1, box.y2)),
    ]
    for _ in range(r.randint(0, 4)):
        points.append((r.uniform(box.x1, box.x2), r.uniform(box.y1, box.y2)))
    return points


def oriented(r, box):
    """The corners of an oriented box inside this one, which reaches its four sides."""
    share = r.uniform(0.1, 0.9)
    dx, dy = box.width * share, box.height * share
    return [(box.x1 + dx, box.y1), (box.x2, box.y2 - dy), (box.x2 - dx, box.y2), (box.x1, box.y1 + dy)]


def quoted(r, name):
    """A name as YAML reads it back, whatever it looks like."""
    plain = name.isalpha() and name.isascii() and name not in ("yes", "null")
    return (
        name
        if plain and r.random() < 0.7
        else r.choice([json.dumps(name, ensure_ascii=False), "'" + name.replace("'", "''") + "'"])
    )


def yaml_text(r, classes, entries, features):
    """data.yaml in one of the forms that Ultralytics and Roboflow write."""
    names = [quoted(r, name) for name in classes]
    form = r.choice(["list", "map", "block", "flow map"])
    features.append(f"names as {form}")
    if form == "list":
        text = f"names: [{', '.join(names)}]\n"
    elif form == "map":
        text = "names:\n" + "".join(f"  {index}: {name}\n" for index, name in enumerate(names))
    elif form == "block":
        indent = r.choice(["", "  "])
        text = "names:\n" + "".join(f"{indent}- {name}\n" for name in names)
    else:
        text = "names: {" + ", ".join(f"{index}: {name}" for index, name in enumerate(names)) + "}\n"
    parts = [f"{key}: {value}\n" for key, value in entries.items()]
    if r.random() < 0.6:
        parts.append(f"nc: {len(classes)}" + r.choice(["", "  # number of classes"]) + "\n")
    parts = parts + [text] if r.random() < 0.7 else [text] + parts
    if r.random() < 0.3:
        parts.insert(0, "# Train/val/test sets as dir, list or file\n")
    if r.random() < 0.3:
        parts.append(
            "\nroboflow:\n  workspace: w\n  project: p\n  version: 1\n  license: CC BY 4.0\n  url: https://universe.roboflow.com/w/p/dataset/1\n"
        )
    text = "".join(parts)
    if r.random() < 0.15:
        features.append("yaml with CRLF")
        text = text.replace("\n", "\r\n")
    return text


def write_labels(r, root, picture, path, classes, row, features, class_text):
    rows = [row(r, box, picture, class_text(classes.index(box.label)), features) for box in picture.boxes]
    drawing.write(root, path, drawing.lines(r, rows))


def detect_row(digits):
    return lambda r, box, picture, first, _: box_row(r, box, picture, first, digits)


def segment_row(digits):
    return lambda r, box, picture, first, _: polygon_row(r, box, picture, first, digits, outline(r, box))


def obb_row(digits):
    return lambda r, box, picture, first, _: polygon_row(r, box, picture, first, digits, oriented(r, box))


def pose_row(digits, points, dimensions):
    def row(r, box, picture, first, _):
        text = box_row(r, box, picture, first, digits)
        for _ in range(points):
            x, y = r.uniform(box.x1, box.x2) / picture.width, r.uniform(box.y1, box.y2) / picture.height
            x, y = min(max(x, 0), 1), min(max(y, 0), 1)
            visible = r.choice([0, 1, 2, 2])
            if visible == 0 and dimensions == 3:
                x, y = 0, 0
            text += f" {x:.6f} {y:.6f}" + (f" {visible}" if dimensions == 3 else "")
        return text

    return row


LAYOUTS = [
    "flat",
    "images and labels",
    "Roboflow",
    "images/train",
    "train/images",
    "Capital folders",
    "JPEGImages",
    "obj_train_data",
]


def pictures_for(r, classes, least=8):
    return drawing.draw_pictures(r, classes, least=least)


def place(r, root, layout, pictures, classes, row, features, class_text=str):
    """Writes images and labels in a layout, and returns the split of every picture and the folders of the splits."""
    splits = {
        "Roboflow": ["train", "valid", "test"],
        "images/train": ["train", "val"],
        "train/images": ["train", "val"],
    }.get(layout, [""])
    folders = {
        "flat": ("", ""),
        "images and labels": ("images", "labels"),
        "Capital folders": ("Images", "Labels"),
        "JPEGImages": ("JPEGImages", "labels"),
        "obj_train_data": ("obj_train_data", "obj_train_data"),
    }
    chosen = {}
    twins = len(splits) > 1 and len(pictures) > 1 and r.random() < 0.15
    for number, picture in enumerate(pictures):
        if twins and number == 1:
            # The same name in two splits.
            picture.name = pictures[0].name
        split = splits[number] if number < len(splits) else r.choice(splits)
        if layout in ("Roboflow", "train/images"):
            images, labels = f"{split}/images", f"{split}/labels"
        elif layout == "images/train":
            images, labels = f"images/{split}", f"labels/{split}"
        else:
            images, labels = folders[layout]
        drawing.write_image(r, root, images, picture)
        chosen.setdefault(split, []).append(picture)
        if not picture.boxes and r.random() < 0.3:
            features.append("an image without label file")
            continue
        write_labels(r, root, picture, os.path.join(labels, picture.stem + ".txt"), classes, row, features, class_text)
    return chosen


def split_folder(layout, split):
    return f"{split}/images" if layout in ("Roboflow", "train/images") else f"images/{split}"


def write_names(r, root, layout, chosen, classes, features, extra=None):
    """The file with the class names; returns the path of data.yaml, where there is one."""
    splits = [split for split in chosen if split]
    if layout == "obj_train_data":
        drawing.write(root, "obj.names", drawing.lines(r, classes))
        drawing.write(
            root,
            "obj.data",
            f"classes = {len(classes)}\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n",
        )
        drawing.write(root, "train.txt", "".join(f"data/{p.path}\n" for p in chosen[""]))
        return None
    if not extra and (not splits and r.random() < 0.6 or layout != "Roboflow" and r.random() < 0.2):
        folder = (
            ""
            if layout == "flat" or r.random() < 0.7
            else {"images and labels": "labels", "Capital folders": "Labels", "JPEGImages": "labels"}.get(layout, "")
        )
        drawing.write(root, os.path.join(folder, "classes.txt"), drawing.lines(r, classes, features))
        if r.random() < 0.2:
            drawing.write(
                root,
                "notes.json",
                json.dumps(
                    {
                        "categories": [{"id": i, "name": n} for i, n in enumerate(classes)],
                        "info": {"year": 2024, "version": "1.0", "contributor": "Label Studio"},
                    }
                ),
            )
            features.append("notes.json of Label Studio")
        return None
    entries = {}
    if layout == "Roboflow":
        up = r.choice(["../", "", "./"])
        features.append(f"paths begin with '{up}'")
        entries = {{"valid": "val"}.get(split, split): f"{up}{split}/images" for split in splits}
    elif splits:
        base = r.choice([None, ".", "../datasets/mine", "absolute"])
        features.append(f"path: {base}")
        if base:
            entries["path"] = root if base == "absolute" else base
        for split in splits:
            entries[split] = split_entry(r, root, layout, split, chosen[split], features)
    elif r.random() < 0.7:
        images = os.path.dirname(chosen[""][0].path) or "."
        entries = {"train": images, "val": images}
    entries.update(extra or {})
    name = r.choice(["data.yaml", "data.yaml", "dataset.yml", "mine.yaml"])
    drawing.write(root, name, yaml_text(r, classes, entries, features))
    if layout != "flat" and r.random() < 0.3:
        drawing.write(
            root,
            "README.dataset.txt",
            "# mine > 2024-01-01 10:11am\nhttps://universe.roboflow.com/w/p\n\nLicense: CC BY 4.0\n",
        )
        drawing.write(
            root,
            "README.roboflow.txt",
            "\nmine - v1\n==============================\n\nThe dataset includes 3 images.\n\n1 2 3\n",
        )
        features.append("READMEs of Roboflow")
    return name


def split_entry(r, root, layout, split, pictures, features):
    """The value of `train` or `val`: a folder, a list of folders, or a list file of images."""
    folder = split_folder(layout, split)
    form = r.choice(
        ["folder", "folder", "folder/", "in a list", "list file", "absolute list file", "Windows list file"]
    )
    features.append(f"{split} as {form}")
    if form == "folder":
        return folder
    if form == "folder/":
        return folder + "/"
    if form == "in a list":
        return f"[{folder}]"
    if form == "list file":
        prefix = r.choice(["./", ""])
        rows = [prefix + picture.path for picture in pictures]
    elif form == "absolute list file":
        rows = [f"/home/me/datasets/mine/{picture.path}" for picture in pictures]
    else:
        rows = ["C:\\Users\\me\\datasets\\mine\\" + picture.path.replace("/", "\\") for picture in pictures]
    drawing.write(root, f"{split}.txt", drawing.lines(r, rows, features))
    return f"{split}.txt"


def finish(r, root, layout, yaml, pictures, features, **more):
    if layout in ("images and labels", "Capital folders", "JPEGImages", "images/train") and r.random() < 0.2:
        for folder in sorted({picture.path.split("/")[0] for picture in pictures}) + [
            f for f in ("labels", "Labels") if os.path.isdir(os.path.join(root, f))
        ]:
            drawing.replace_by_link(root, folder)
        features.append("folders are links")
    if layout != "flat" and r.random() < 0.15:
        drawing.write(root, "labels.cache" if layout != "Roboflow" else "train/labels.cache", b"\x93NUMPY\x01\x00v\x00")
        features.append("labels.cache")
    dataset = yaml if yaml and r.random() < 0.5 else ""
    return Export(dataset, pictures, features=[layout, *features], **more)


def detect(r, root):
    classes = drawing.draw_classes(r)
    layout, features = r.choice(LAYOUTS), []
    pictures = pictures_for(r, classes)
    digits = r.choice([6, 6, 6, None, 8, 16])
    class_text = str
    if r.random() < 0.15:

        def class_text(index):
            return r.choice([f"{index}.0", str(index)])

        features.append("classes as 0.0")
    chosen = place(r, root, layout, pictures, classes, detect_row(digits), features, class_text)
    yaml = write_names(r, root, layout, chosen, classes, features)
    return finish(r, root, layout, yaml, pictures, features)


def class_names(r, root):
    """The mistake of Cartucho/mAP#116: names where indices belong. The boxes, or a refusal."""
    classes = drawing.draw_classes(r, words=True)
    layout, features = r.choice(["flat", "images and labels", "images/train"]), []
    pictures = pictures_for(r, classes)
    chosen = place(r, root, layout, pictures, classes, detect_row(6), features, lambda index: classes[index])
    yaml = write_names(r, root, layout, chosen, classes, features)
    return finish(r, root, layout, yaml, pictures, features, ambiguous=True)


def polygons(r, root):
    classes = drawing.draw_classes(r)
    layout, features = r.choice(LAYOUTS[:6]), []
    pictures = pictures_for(r, classes)
    chosen = place(r, root, layout, pictures, classes, segment_row(r.choice([6, None])), features)
    yaml = write_names(r, root, layout, chosen, classes, features)
    return finish(r, root, layout, yaml, pictures, features)


def oriented_boxes(r, root):
    """Oriented boxes: the boxes around them."""
    classes = drawing.draw_classes(r)
    layout, features = r.choice(["images and labels", "images/train", "Roboflow"]), []
    pictures = pictures_for(r, classes)
    chosen = place(r, root, layout, pictures, classes, obb_row(6), features)
    yaml = write_names(r, root, layout, chosen, classes, features)
    return finish(r, root, layout, yaml, pictures, features)


def pose(r, root):
    """Keypoints behind the box; without kpt_shape in data.yaml the set may be refused."""
    classes = drawing.draw_classes(r, most=2)
    layout, features = r.choice(["images and labels", "images/train", "Roboflow"]), []
    points, dimensions = r.choice([(17, 3), (17, 2), (4, 3), (5, 3), (4, 2), (1, 3), (2, 2)])
    pictures = pictures_for(r, classes, least=16)
    chosen = place(r, root, layout, pictures, classes, pose_row(6, points, dimensions), features)
    features.append(f"{points}×{dimensions} keypoints")
    shape = {"kpt_shape": f"[{points}, {dimensions}]"}
    if points == 17:
        shape["flip_idx"] = "[0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]"
    stated = r.random() < 0.7
    if not stated:
        features.append("kpt_shape not stated")
    yaml = write_names(r, root, layout, chosen, classes, features, shape if stated else None)
    return finish(r, root, layout, yaml, pictures, features, ambiguous=not stated)
