"""Writes Pascal VOC's XML, one file an image, after the development kit and what labelling programs add."""

from xml.sax.saxutils import escape

import drawing
from drawing import Export

# Encodings that a parser of XML knows by their declared names, with class names and file names that need them.
ENCODINGS = {
    "utf-8": ["Größe", "犬", "кот", "cat"],
    "UTF-8 with BOM": ["Größe", "犬"],
    "utf-16": ["Größe", "犬", "кот"],
    "iso-8859-1": ["Größe", "été"],
    "windows-1252": ["Größe", "naïve"],
    "gbk": ["狗", "汽车"],
    "gb2312": ["狗", "汽车"],
    "gb18030": ["狗", "汽车"],
    "shift_jis": ["犬", "ソース"],
    "euc-jp": ["犬", "くるま"],
    "euc-kr": ["개", "자동차"],
    "big5": ["狗", "汽車"],
    "windows-1251": ["кот", "дом"],
    "koi8-r": ["кот", "дом"],
    "us-ascii": ["cat", "Größe"],
}


def coordinate(r, value, whole):
    return str(int(value)) if whole else r.choice([repr(float(value)), f"{value:.6f}"])


def box_xml(r, box, whole, tag="bndbox"):
    parts = {"xmin": box.x1, "ymin": box.y1, "xmax": box.x2, "ymax": box.y2}
    order = r.choice(
        [["xmin", "ymin", "xmax", "ymax"], ["xmax", "xmin", "ymax", "ymin"], ["xmin", "xmax", "ymin", "ymax"]]
    )
    texts = {key: coordinate(r, parts[key], whole) for key in order}
    box.x1, box.y1, box.x2, box.y2 = (float(texts[key]) for key in ("xmin", "ymin", "xmax", "ymax"))
    inner = "".join(f"<{key}>{texts[key]}</{key}>" for key in order)
    return f"<{tag}>{inner}</{tag}>"


def object_xml(r, boxes, whole, parts):
    """An <object> with one box or, as some programs write it, several of one name."""
    name = escape(boxes[0].label)
    # A character reference is none inside CDATA.
    if boxes[0].label.isascii() and r.random() < 0.1:
        name = f"<![CDATA[{boxes[0].label}]]>"
    elif r.random() < 0.1:
        name = f"\n\t\t\t{name}\n\t\t"
    part = ""
    if parts:
        inner = drawing.Box("head", 1, 1, 5, 5)
        part = f"<part><name>head</name>{box_xml(r, inner, True)}</part>"
    flags = f"<pose>Unspecified</pose><truncated>{r.choice([0, 1])}</truncated><difficult>0</difficult>"
    body = "".join(box_xml(r, box, whole) for box in boxes)
    order = [f"<name>{name}</name>", flags, *(r.sample([body, part], 2) if part else [body])]
    return "\t<object>" + "".join(f"\n\t\t{piece}" for piece in order) + "\n\t</object>\n"


def annotation(r, picture, style, features):
    """The text of one annotation file."""
    folder, name = style["folder"], escape(picture.path.split("/")[-1])
    if style["filename"] == "without extension":
        name = name.rsplit(".", 1)[0]
    elif style["filename"] == "with folder":
        name = f"{folder}/{name}"
    text = (
        "<annotation"
        + r.choice(["", ' verified="yes"'])
        + ">\n"
        + f"\t<folder>{folder}</folder>\n\t<filename>{name}</filename>\n"
    )
    if style["path"]:
        text += f"\t<path>C:\\Users\\me\\Desktop\\{folder}\\{name}</path>\n"
    text += "\t<source><database>Unknown</database></source>\n"
    if style["size"] == "as it is":
        text += f"\t<size><width>{picture.width}</width><height>{picture.height}</height><depth>3</depth></size>\n"
    elif style["size"] == "0×0":
        text += "\t<size><width>0</width><height>0</height><depth>0</depth></size>\n"
    text += "\t<segmented>0</segmented>\n"
    if r.random() < 0.1:
        text += "\t<!-- <object><name>ghost</name></object> -->\n"
    left = list(picture.boxes)
    while left:
        box = left.pop(0)
        group = [box]
        if style["several"]:
            group += [other for other in left if other.label == box.label]
            left = [other for other in left if other.label != box.label]
            if len(group) > 1:
                features.append("several boxes in an object")
        text += object_xml(r, group, style["whole"], style["parts"] and r.random() < 0.5)
    return text + "</annotation>\n"


def encoded(text, encoding):
    if encoding == "none declared":
        return text.encode("utf-8")
    if encoding == "UTF-8 with BOM":
        return b"\xef\xbb\xbf" + f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode("utf-8")
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return (declaration + text).encode({"us-ascii": "ascii"}.get(encoding, encoding), "xmlcharrefreplace")


def labels(r, root):
    encoding = r.choice(["none declared", "utf-8", *ENCODINGS])
    classes = drawing.draw_classes(r)
    if encoding in ENCODINGS:
        classes = ENCODINGS[encoding][:2] + ["cat", "R&D"][: r.randint(0, 2)]
        classes = list(dict.fromkeys(classes))
    layout = r.choice(
        ["Annotations and JPEGImages", "Annotations and Images", "beside the images", "Annotations and images"]
    )
    annotations, images = ("", "") if layout == "beside the images" else layout.split(" and ")
    style = {
        "folder": images or "photos",
        "filename": r.choice(["as it is"] * 4 + ["without extension", "with folder"]),
        "path": r.random() < 0.3,
        "size": r.choice(["as it is"] * 5 + ["0×0", "none"]),
        "several": r.random() < 0.15,
        "parts": r.random() < 0.1,
        "whole": r.random() < 0.6,
    }
    features = [layout, encoding] + [f"{key}: {value}" for key, value in style.items() if key not in ("folder",)]
    pictures = drawing.draw_pictures(r, classes, whole=style["whole"])
    mentions = []
    for picture in pictures:
        if style["filename"] == "without extension" and "." in picture.stem:
            picture.name = picture.name.replace(".", "_", picture.stem.count("."))
        drawing.write_image(r, root, images, picture)
        text = annotation(r, picture, style, features)
        drawing.write(root, f"{annotations}/{picture.stem}.xml".lstrip("/"), encoded(text, encoding))
    if style["size"] == "0×0":
        # The sizes are findings, named by audit or convert.
        mentions.append(r"(?<![\d.])0\s*[×x]\s*0(?![\d.])|sizeMismatch|zeroSize|missingSize")
    return Export("", pictures, mentions=mentions, features=features)
