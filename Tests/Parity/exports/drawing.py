"""Draws images, classes and boxes for exports_campaign.py; what they are written as is the business of its neighbours.

Every draw depends on the given random.Random alone, so that a case can be repeated from its seed and number.
"""

import dataclasses
import io
import os
import shutil

import numpy as np
from PIL import Image

CLASSES = [
    "cat",
    "dog",
    "person",
    "car",
    "bolt",
    "nut",
    "traffic light",
    "hot dog",
    "Größe",
    "犬",
    "кот",
    "7",
    "12",
    "1.5",
    "yes",
    "null",
    "R&D",
    "Cat",
    "class",
    "pin-hole",
    "type_2",
    "a b c",
]
# No blanks and no numbers: what a column of words between blanks can hold.
WORDS = ["cat", "dog", "person", "car", "bolt", "nut", "pin-hole", "type_2", "кот", "Größe"]
STEMS = [
    "image",
    "IMG_2041",
    "my photo",
    "v1.2.frame",
    "größe",
    "画像",
    "a#b",
    "50%",
    "DSC-0001",
    "Screenshot 2024-01-02 at 10.11.12",
    "x",
    "scan (3)",
    "it's",
]


@dataclasses.dataclass
class Box:
    """A box by its corners in pixels, as the written digits say; `also` holds other readings that are as right."""

    label: str
    x1: float
    y1: float
    x2: float
    y2: float
    also: list = dataclasses.field(default_factory=list)
    # May be left out where the program's output matches this.
    excuse: str = ""

    @property
    def corners(self):
        return self.x1, self.y1, self.x2, self.y2

    @property
    def width(self):
        return self.x2 - self.x1

    @property
    def height(self):
        return self.y2 - self.y1


@dataclasses.dataclass
class Picture:
    """An image: its path under the export's root once it is written, its size in pixels, its boxes."""

    name: str
    width: int
    height: int
    boxes: list
    path: str = ""

    @property
    def stem(self):
        return os.path.splitext(self.name)[0]


@dataclasses.dataclass
class Export:
    """A written case: what is given to the program, and what it has to answer."""

    dataset: str
    pictures: list
    arguments: list = dataclasses.field(default_factory=list)
    # What has no box, as {word: how many}; the program must name the word with the number.
    others: dict = dataclasses.field(default_factory=dict)
    # Patterns that the output must match where the set is read.
    mentions: list = dataclasses.field(default_factory=list)
    # Whether the images' sizes are to be known: where the images lie elsewhere, they are not.
    sized: bool = True
    # A refusal is as right as the boxes.
    ambiguous: bool = False
    features: list = dataclasses.field(default_factory=list)
    # For detections: the file or folder, and the AP they must get.
    detections: str = ""
    expected_ap: float = 1.0


def draw_classes(r, words=False, most=5):
    pool = WORDS if words else CLASSES
    return r.sample(pool, r.randint(1, min(most, len(pool))))


def draw_name(r, number, numeric=False, extension=None, blanks=True):
    extension = extension or r.choice([".jpg", ".jpg", ".png", ".jpeg", ".JPG", ".PNG"])
    if r.random() < 0.03:
        extension = r.choice([".bmp", ".tif", ".TIFF", ".webp"])
    if numeric:
        return f"{number}{extension}"
    kind = r.random()
    if kind < 0.2:
        return f"{number:06d}{extension}"
    if kind < 0.35:
        digest = "".join(r.choice("0123456789abcdef") for _ in range(32))
        return f"photo{number}_{extension[1:].lower()}.rf.{digest}{extension}"
    stem = r.choice(STEMS)
    if not blanks:
        stem = stem.replace(" ", "_")
    return f"{stem}{r.choice(['', '_', '-', '.'])}{number}{extension}"


def draw_box(r, label, width, height, whole):
    """A box inside the image with a side of a pixel at least: at the borders, tiny, a pixel, or anywhere."""
    kind = r.random()
    if kind < 0.1:
        x1, y1, x2, y2 = 0, 0, width, height
    elif kind < 0.25:
        w, h = r.randint(1, min(3, width)), r.randint(1, min(3, height))
        x1, y1 = r.randint(0, width - w), r.randint(0, height - h)
        x2, y2 = x1 + w, y1 + h
    else:
        w, h = r.uniform(1, width), r.uniform(1, height)
        x1, y1 = r.uniform(0, width - w), r.uniform(0, height - h)
        side = r.random()
        if side < 0.15:
            x1 = 0
        elif side < 0.3:
            x1 = width - w
        x2, y2 = x1 + w, y1 + h
    if whole:
        x1, y1 = int(x1), int(y1)
        x2, y2 = min(width, max(x1 + 1, round(x2))), min(height, max(y1 + 1, round(y2)))
    else:
        digits = r.choice([1, 2, 3, 6])
        x1, y1, x2, y2 = (round(float(v), digits) for v in (x1, y1, x2, y2))
    return Box(label, min(x1, width), min(y1, height), min(x2, width), min(y2, height))


def draw_pictures(
    r,
    classes,
    whole=False,
    numeric=False,
    extension=None,
    blanks=True,
    subfolders=False,
    least=8,
    most=5,
    empty=True,
    count=None,
):
    """Images with boxes of all these classes; some overlap, some images have none."""
    pictures = []
    folders = [""] if not subfolders else ["", "a", "deep/er", "my folder"]
    for number in range(1, (count or r.randint(2, 6)) + 1):
        width, height = (r.choice([r.randint(least, 40), r.randint(least, 400), 100, 64]) for _ in range(2))
        width, height = max(width, least), max(height, least)
        boxes = []
        if not (empty and pictures and r.random() < 0.15):
            boxes = [draw_box(r, r.choice(classes), width, height, whole) for _ in range(r.randint(1, most))]
            if r.random() < 0.2:
                # The same place in another class, and the same class next to it.
                first = boxes[0]
                boxes.append(dataclasses.replace(first, label=r.choice(classes), also=[]))
        name = draw_name(r, number, numeric, extension, blanks)
        folder = r.choice(folders)
        if subfolders and pictures and r.random() < 0.15:
            # The same name in two folders.
            name = pictures[0].name.split("/")[-1]
            folder = next(f for f in folders if all(p.name != (f"{f}/{name}" if f else name) for p in pictures))
        pictures.append(Picture(f"{folder}/{name}" if folder else name, width, height, distinct(boxes)))
    return pictures


def distinct(boxes):
    """Without exact repetitions, which a reader may take for mistakes."""
    seen = {}
    for box in boxes:
        seen.setdefault((box.label, box.corners), box)
    return list(seen.values())


KINDS = {".png": "PNG", ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP"}


def image_bytes(picture, seed):
    """Bytes of an image by the name's extension, now and then of another kind, and never the same twice."""
    noise = np.random.default_rng(seed)
    small = noise.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    image = Image.fromarray(small).resize((picture.width, picture.height), Image.BILINEAR)
    buffer = io.BytesIO()
    kind = KINDS.get(os.path.splitext(picture.name)[1].lower(), "JPEG")
    if seed % 40 == 0:
        kind = "PNG" if kind == "JPEG" else "JPEG"
    image.save(buffer, kind, **({"quality": 80} if kind == "JPEG" else {}))
    return buffer.getvalue()


def write_image(r, root, folder, picture, name=None):
    """Writes the image below `folder` of the export and keeps its path in the picture."""
    picture.path = os.path.normpath(os.path.join(folder, name or picture.name))
    write(root, picture.path, image_bytes(picture, r.getrandbits(32)))


def write(root, path, content, encoding="utf-8"):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode(encoding)
    with open(full, "wb") as file:
        file.write(data)


def replace_by_link(root, folder):
    """Moves a folder to `elsewhere` beside the export, and leaves a symbolic link in its place."""
    outside = os.path.join(root + ".elsewhere", folder)
    os.makedirs(os.path.dirname(outside), exist_ok=True)
    shutil.move(os.path.join(root, folder), outside)
    os.symlink(os.path.relpath(outside, os.path.dirname(os.path.join(root, folder))), os.path.join(root, folder))


def lines(r, rows, features=None):
    """Rows of a text file, with the line ends, byte order mark, blanks and empty lines that exporters leave."""
    end, mark, trail = "\n", "", ""
    if r.random() < 0.2:
        end = "\r\n"
    if r.random() < 0.1:
        mark = "\ufeff"
    if r.random() < 0.2:
        trail = " "
    if features is not None:
        features += [name for name, on in (("CRLF", end != "\n"), ("BOM", mark), ("trailing blanks", trail)) if on]
    text = mark + "".join(row + trail + end for row in rows)
    if rows and r.random() < 0.2:
        text = text[: -len(end)]
    elif r.random() < 0.1:
        text += end
    return text
