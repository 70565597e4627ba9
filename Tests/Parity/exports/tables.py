"""Writes labels as tables and text: our own CSV, Open Images' CSV, DeepPCB's text, and evaluation programs' text."""

import csv
import io

import drawing
from drawing import Export


def csv_text(r, rows, features):
    buffer = io.StringIO()
    end = r.choice(["\n", "\r\n"])
    writer = csv.writer(buffer, lineterminator=end, quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerows(rows)
    text = buffer.getvalue()
    if r.random() < 0.2:
        features.append("BOM")
        text = "\ufeff" + text
    return text


def own_csv(r, root):
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes)
    features, rows = [], []
    header = ["image", "label", "x1", "y1", "x2", "y2"]
    sized = r.random() < 0.5
    header += (["width", "height"] if sized else []) + (["difficult"] if r.random() < 0.3 else [])
    r.shuffle(header)
    images = r.choice(["", "images"])
    for picture in pictures:
        drawing.write_image(r, root, images, picture)
        boxes = picture.boxes or [None]
        for box in boxes:
            values = {
                "image": picture.name,
                "width": picture.width,
                "height": picture.height,
                "difficult": 0,
                "label": "",
            }
            if box:
                values.update(label=box.label, x1=repr(float(box.x1)), y1=box.y1, x2=box.x2, y2=repr(float(box.y2)))
            rows.append([values.get(key, "") for key in header])
    drawing.write(root, "labels.csv", csv_text(r, [header, *rows], features))
    return Export(r.choice(["", "labels.csv"]), pictures, features=features)


def open_images(r, root):
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes)
    features = []
    described = r.random() < 0.6
    codes = (
        {name: f"/m/0{number}g3{number}7" for number, name in enumerate(classes)}
        if described
        else {name: name for name in classes}
    )
    header = [
        "ImageID",
        "Source",
        "LabelName",
        "Confidence",
        "XMin",
        "XMax",
        "YMin",
        "YMax",
        "IsOccluded",
        "IsTruncated",
        "IsGroupOf",
        "IsDepiction",
        "IsInside",
    ]
    extended, rows = r.random() < 0.7, []
    comma = r.random() < 0.1
    for picture in pictures:
        drawing.write_image(r, root, "images", picture)
        for box in picture.boxes:
            texts = [
                f"{v:.6f}"
                for v in (
                    box.x1 / picture.width,
                    box.x2 / picture.width,
                    box.y1 / picture.height,
                    box.y2 / picture.height,
                )
            ]
            box.x1, box.x2 = (float(v) * picture.width for v in texts[:2])
            box.y1, box.y2 = (float(v) * picture.height for v in texts[2:])
            if comma:
                texts = [text.replace(".", ",") for text in texts]
            name = picture.stem if extended else picture.name
            rows.append([name, "xclick", codes[box.label], 1, *texts, 0, r.choice([0, 1]), 0, 0, r.choice([0, -1, 1])])
    drawing.write(root, "train-annotations-bbox.csv", csv_text(r, [header, *rows], features))
    if described:
        drawing.write(
            root, "class-descriptions-boxable.csv", csv_text(r, [[codes[name], name] for name in classes], [])
        )
    features += ["ids of classes" if described else "names of classes", "ids of images" if extended else "file names"]
    if comma:
        features.append("decimal commas")
    return Export(r.choice(["", "train-annotations-bbox.csv"]), pictures, features=features)


PCB = ["open", "short", "mousebite", "spur", "copper", "pin-hole"]


def deep_pcb(r, root):
    """`x1 y1 x2 y2 class`, classes from 1; without the format stated five whole numbers may be refused."""
    pictures = drawing.draw_pictures(r, PCB, whole=True, least=40, empty=False)
    separator = r.choice([" ", " ", ","])
    for picture in pictures:
        drawing.write_image(r, root, "images", picture)
        rows = [separator.join(str(int(v)) for v in (*box.corners, PCB.index(box.label) + 1)) for box in picture.boxes]
        drawing.write(root, f"labels/{picture.stem}.txt", drawing.lines(r, rows))
    stated = r.random() < 0.5
    return Export(
        "",
        pictures,
        ["--from", "deeppcb"] if stated else [],
        ambiguous=not stated,
        features=["stated" if stated else "guessed"],
    )


def pixel_text(r, root, corners):
    """`class` and four numbers in pixels, by stem alone, as evaluation programs exchange them."""
    classes = drawing.draw_classes(r, words=True)
    whole = r.random() < 0.6
    pictures = drawing.draw_pictures(r, classes, whole=whole, blanks=False, empty=False)
    indexed = r.random() < 0.3
    folder = r.choice(["", "ground-truth"])
    features = ["whole numbers" if whole else "fractions of pixels", "indices" if indexed else "names"]
    for picture in pictures:
        drawing.write_image(r, root, "images", picture)
        rows = []
        for box in picture.boxes:
            values = box.corners if corners else (box.x1, box.y1, round(box.width, 6), round(box.height, 6))
            if not corners:
                box.x2, box.y2 = box.x1 + values[2], box.y1 + values[3]
            first = str(classes.index(box.label)) if indexed else box.label
            rows.append(" ".join([first, *(str(int(v)) if whole else repr(float(v)) for v in values)]))
        drawing.write(root, f"{folder or 'labels'}/{picture.stem}.txt", drawing.lines(r, rows))
    if indexed:
        drawing.write(root, "classes.txt", drawing.lines(r, classes))
    return Export(folder, pictures, sized=not folder, ambiguous=True, features=features)


def text_sizes(r, root):
    return pixel_text(r, root, corners=False)


def text_corners(r, root):
    return pixel_text(r, root, corners=True)
