"""Writes "CVAT for images 1.1" and "CVAT for video 1.1", after CVAT's documentation of its XML."""

import math
from xml.sax.saxutils import escape, quoteattr

import drawing
from drawing import Box, Export, Picture


def meta(classes, size, video):
    labels = "".join(
        f"<label><name>{escape(name)}</name><color>#ff0000</color><type>any</type><attributes></attributes></label>"
        for name in classes
    )
    mode = "interpolation" if video else "annotation"
    return (
        f"<version>1.1</version>\n<meta><task><id>7</id><name>my task</name><size>{size}</size>"
        f"<mode>{mode}</mode><overlap>0</overlap><bugtracker></bugtracker><start_frame>0</start_frame>"
        f"<stop_frame>{size - 1}</stop_frame><frame_filter></frame_filter><labels>{labels}</labels></task>"
        "<dumped>2024-01-02 10:11:12.131415+00:00</dumped></meta>\n"
    )


def two(value):
    return f"{value:.2f}"


def corners(box):
    """CVAT writes two decimals; the box becomes what they say."""
    texts = [two(value) for value in box.corners]
    box.x1, box.y1, box.x2, box.y2 = map(float, texts)
    return 'xtl="{}" ytl="{}" xbr="{}" ybr="{}"'.format(*texts)


def polygon_points(r, box):
    points = [
        (r.uniform(box.x1, box.x2), box.y1),
        (box.x2, r.uniform(box.y1, box.y2)),
        (r.uniform(box.x1, box.x2), box.y2),
        (box.x1, r.uniform(box.y1, box.y2)),
    ]
    texts = [(two(x), two(y)) for x, y in points]
    xs, ys = [float(x) for x, _ in texts], [float(y) for _, y in texts]
    box.x1, box.x2, box.y1, box.y2 = min(xs), max(xs), min(ys), max(ys)
    return ";".join(f"{x},{y}" for x, y in texts)


def turned(box, degrees):
    """The bounds of a box turned about its centre."""
    a = math.radians(degrees)
    cx, cy = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    w = (abs(box.width * math.cos(a)) + abs(box.height * math.sin(a))) / 2
    h = (abs(box.width * math.sin(a)) + abs(box.height * math.cos(a))) / 2
    return cx - w, cy - h, cx + w, cy + h


def shape(r, box, mentions):
    label = f'label={quoteattr(box.label)} source="manual" occluded="{r.choice([0, 1])}"'
    end = r.choice(['z_order="0"></{}>', 'z_order="0"/>'])
    kind = r.random()
    if kind < 0.15:
        return f'    <polygon {label} points="{polygon_points(r, box)}" ' + end.format("polygon")
    if kind < 0.2:
        cx, cy, rx, ry = (two(v) for v in ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, box.width / 2, box.height / 2))
        box.x1, box.x2 = float(cx) - float(rx), float(cx) + float(rx)
        box.y1, box.y2 = float(cy) - float(ry), float(cy) + float(ry)
        return f'    <ellipse {label} cx="{cx}" cy="{cy}" rx="{rx}" ry="{ry}" ' + end.format("ellipse")
    if kind < 0.25 and all(float(value).is_integer() for value in box.corners):
        left, top, width, height = (int(v) for v in (box.x1, box.y1, box.width, box.height))
        place = f'left="{left}" top="{top}" width="{width}" height="{height}"'
        return f'    <mask {label} rle="0, {width * height}" {place} ' + end.format("mask")
    text = corners(box)
    turn = ""
    if r.random() < 0.08:
        degrees = r.choice([12.5, 30.0, 90.0, 271.3])
        turn = f'rotation="{degrees}" '
        box.also.append(turned(box, degrees))
        mentions.append(r"rotat|turned|oriented")
    attribute = '\n      <attribute name="colour">red &amp; blue</attribute>\n    ' if r.random() < 0.2 else ""
    return f'    <box {label} {text} {turn}z_order="0">{attribute}</box>'


def other_shape(r, label, others):
    """A shape without a box, with its count."""
    kind = r.choice(["polyline", "points", "tag", "skeleton", "cuboid"])
    others[kind] = others.get(kind, 0) + 1
    name = quoteattr(label)
    return {
        "polyline": f'    <polyline label={name} occluded="0" points="1.00,1.00;5.00,6.00"></polyline>',
        "points": f'    <points label={name} occluded="0" points="3.00,3.00"></points>',
        "tag": f'    <tag label={name} source="manual"></tag>',
        "skeleton": f'    <skeleton label={name}>\n<points label="1" points="3.00,3.00"></points>\n    </skeleton>',
        "cuboid": f'    <cuboid label={name} occluded="0" xtl1="1" ytl1="1" xbl1="1" ybl1="5" xtr1="5" ytr1="1" '
        'xbr1="5" ybr1="5" xtl2="2" ytl2="2" xbl2="2" ybl2="4" xtr2="4" ytr2="2" xbr2="4" ybr2="4"></cuboid>',
    }[kind]


def images(r, root):
    classes = drawing.draw_classes(r)
    # Where boxes may be no narrower than two decimals tell.
    pictures = drawing.draw_pictures(r, classes, subfolders=r.random() < 0.2, blanks=True)
    others, mentions, features = {}, [], []
    mixed = r.random() < 0.4
    rows = []
    for number, picture in enumerate(pictures):
        drawing.write_image(r, root, "images", picture)
        rows.append(
            f'  <image id="{number}" name={quoteattr(picture.name)} width="{picture.width}" height="{picture.height}">'
        )
        for box in picture.boxes:
            rows.append(shape(r, box, mentions))
            if mixed and r.random() < 0.4:
                rows.append(other_shape(r, box.label, others))
        rows.append("  </image>")
    if mixed:
        features.append("other shapes")
    if mentions:
        features.append("rotation")
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n'
        + meta(classes, len(pictures), False)
        + "\n".join(rows)
        + "\n</annotations>\n"
    )
    drawing.write(root, "annotations.xml", text)
    return Export(r.choice(["", "annotations.xml"]), pictures, others=others, mentions=mentions[:1], features=features)


def video(r, root):
    """Tracks: all their frames as CVAT writes them, or the keyframes alone, between which CVAT interpolates."""
    classes = drawing.draw_classes(r, most=3)
    size = r.randint(3, 9)
    width, height = r.randint(40, 300), r.randint(40, 300)
    extension = r.choice([".PNG", ".jpg"])
    frames = [Picture(f"frame_{number:06d}{extension}", width, height, []) for number in range(size)]
    keyframes_only = r.random() < 0.3
    features = ["keyframes only"] if keyframes_only else []
    others, rows = {}, []
    for track in range(r.randint(1, 4)):
        label = r.choice(classes)
        rows.append(f'  <track id="{track}" label={quoteattr(label)} source="manual">')
        if r.random() < 0.15:
            others["points"] = others.get("points", 0) + 1
            rows += [
                '    <points frame="0" keyframe="1" outside="0" occluded="0" points="3.00,3.00" z_order="0"></points>',
                "  </track>",
            ]
            continue
        first = r.randint(0, size - 2)
        last = r.randint(first, size - 1)
        start = drawing.draw_box(r, label, width - 20, height - 20, True)
        keys = sorted({first, last, r.randint(first, last)})
        moved = {key: r.randint(0, 20) for key in keys}
        for frame in range(first, last + 1):
            before, after = max(k for k in keys if k <= frame), min(k for k in keys if k >= frame)
            share = 0 if before == after else (frame - before) / (after - before)
            step = moved[before] + (moved[after] - moved[before]) * share
            box = Box(label, start.x1 + step, start.y1 + step, start.x2 + step, start.y2 + step)
            text = corners(box)
            key = int(frame in keys)
            if keyframes_only and not key:
                # As CVAT interpolates; or the frames are named as not read.
                box.also.append((start.x1 + step, start.y1 + step, start.x2 + step, start.y2 + step))
                box.excuse = r"keyframe|interpolat"
            else:
                rows.append(
                    f'    <box frame="{frame}" keyframe="{key}" outside="0" occluded="0" {text} z_order="0"></box>'
                )
            frames[frame].boxes.append(box)
        if last < size - 1:
            rows.append(
                f'    <box frame="{last + 1}" keyframe="1" outside="1" occluded="0" {corners(box)} z_order="0"></box>'
            )
        rows.append("  </track>")
    for frame in frames:
        drawing.write_image(r, root, "images", frame)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n'
        + meta(classes, size, True)
        + "\n".join(rows)
        + "\n</annotations>\n"
    )
    drawing.write(root, "annotations.xml", text)
    return Export(r.choice(["", "annotations.xml"]), frames, others=others, ambiguous=keyframes_only, features=features)
