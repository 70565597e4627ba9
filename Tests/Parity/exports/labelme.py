"""Writes LabelMe's JSON, one file beside each image, after wkentaro/labelme's label files of versions 3 to 5."""

import base64
import io
import json

import drawing
from PIL import Image
from drawing import Export


def shape(r, box):
    """A rectangle by two corners in any order, a polygon, or a circle by centre and a point on it."""
    entry = {"label": box.label, "group_id": None, "flags": {}}
    kind = r.random()
    if kind < 0.6:
        first, second = (box.x1, box.y1), (box.x2, box.y2)
        if r.random() < 0.5:
            first, second = r.choice([((box.x2, box.y1), (box.x1, box.y2)), ((box.x2, box.y2), (box.x1, box.y1))])
        entry.update(points=[list(first), list(second)], shape_type="rectangle")
    elif kind < 0.65 and all(float(value).is_integer() for value in box.corners):
        # Both corners are pixels of the mask, so that the far sides may be read as one pixel further.
        mask = Image.new("1", (int(box.width) + 1, int(box.height) + 1), 1)
        buffer = io.BytesIO()
        mask.save(buffer, "PNG")
        entry.update(points=[[box.x1, box.y1], [box.x2, box.y2]], shape_type="mask")
        entry["mask"] = base64.b64encode(buffer.getvalue()).decode()
        box.also.append((box.x1, box.y1, box.x2 + 1, box.y2 + 1))
    elif kind < 0.9:
        points = [
            [r.uniform(box.x1, box.x2), box.y1],
            [box.x2, r.uniform(box.y1, box.y2)],
            [r.uniform(box.x1, box.x2), box.y2],
            [box.x1, r.uniform(box.y1, box.y2)],
        ]
        entry.update(points=points, shape_type="polygon")
        if r.random() < 0.1:
            # Version 3 has no shape_type: all are polygons.
            del entry["shape_type"]
    else:
        cx, cy, radius = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, min(box.width, box.height) / 2
        entry.update(points=[[cx, cy], [cx + radius * 0.6, cy + radius * 0.8]], shape_type="circle")
        box.x1, box.x2, box.y1, box.y2 = cx - radius, cx + radius, cy - radius, cy + radius
    return entry


def other_shape(r, label, others):
    kind = r.choice(["line", "point", "linestrip"])
    others[kind] = others.get(kind, 0) + 1
    count = {"line": 2, "point": 1, "linestrip": 3}[kind]
    return {
        "label": label,
        "points": [[1.0 + n, 2.0 + n] for n in range(count)],
        "group_id": None,
        "shape_type": kind,
        "flags": {},
    }


def labels(r, root):
    classes = drawing.draw_classes(r)
    pictures = drawing.draw_pictures(r, classes)
    layout = r.choice(["beside the images", "beside the images", "json folder"])
    path_form = (
        r.choice(["name", "name", "Windows", "absolute"])
        if layout == "beside the images"
        else r.choice(["up", "Windows up"])
    )
    mixed, others = r.random() < 0.3, {}
    features = [layout, f"imagePath {path_form}"] + (["other shapes"] if mixed else [])
    images = "" if layout == "beside the images" else "images"
    embedded = r.random() < 0.3
    for picture in pictures:
        drawing.write_image(r, root, images, picture)
        base = picture.path.split("/")[-1]
        path = {
            "name": base,
            "Windows": "..\\..\\photos\\" + base,
            "absolute": "/home/me/photos/" + base,
            "up": f"../images/{base}",
            "Windows up": "..\\images\\" + base,
        }[path_form]
        shapes = []
        for box in picture.boxes:
            shapes.append(shape(r, box))
            if mixed and r.random() < 0.4:
                shapes.append(other_shape(r, box.label, others))
        value = {
            "version": r.choice(["5.4.1", "4.5.6", "3.16.7"]),
            "flags": {},
            "shapes": shapes,
            "imagePath": path,
            "imageData": None,
            "imageHeight": picture.height,
            "imageWidth": picture.width,
        }
        if embedded:
            value["imageData"] = base64.b64encode(drawing.image_bytes(picture, 1)).decode()
        if value["version"] == "3.16.7":
            value.update(lineColor=[0, 255, 0, 128], fillColor=[255, 0, 0, 128])
        folder = "" if layout == "beside the images" else "json/"
        drawing.write(root, f"{folder}{picture.stem}.json", json.dumps(value, indent=2, ensure_ascii=r.random() < 0.5))
    if embedded:
        features.append("imageData")
    # The folder of the JSON files, beside which "../images" lies; LabelMe has no word for the folder above both.
    dataset = "" if layout == "beside the images" else r.choice(["", "json"])
    above = layout != "beside the images" and not dataset
    return Export(dataset, pictures, others=others, ambiguous=above, features=features)
