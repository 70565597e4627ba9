"""Reads a folder of sample scenes as pycocotools does and checks its masks: coco_masks.py FOLDER_POLYGON FOLDER_RLE.

The two folders hold the same scenes, once with outlines and once with run lengths. Boxes and areas must be those of the
run lengths to the pixel, and outlines must cover the same pixels but for their corners.
"""
import contextlib
import io
import sys

import numpy as np
from pycocotools.coco import COCO

with contextlib.redirect_stdout(io.StringIO()):
    polygon, rle = COCO(f"{sys.argv[1]}/annotations.json"), COCO(f"{sys.argv[2]}/annotations.json")
assert sorted(polygon.anns) == sorted(rle.anns) and rle.anns, "the folders do not hold the same objects"
outlines = 0
for number, annotation in rle.anns.items():
    mask = rle.annToMask(annotation)
    rows, columns = np.nonzero(mask)
    box = [columns.min(), rows.min(), columns.max() + 1 - columns.min(), rows.max() + 1 - rows.min()]
    assert annotation["bbox"] == box, (number, annotation["bbox"], box)
    assert annotation["area"] == mask.sum(), (number, annotation["area"], mask.sum())
    other = polygon.anns[number]
    outlines += isinstance(other["segmentation"], list)
    drawn = polygon.annToMask(other)
    union = np.logical_or(mask, drawn).sum()
    assert np.logical_and(mask, drawn).sum() >= min(0.95 * union, union - 4), f"the outline of {number} is not its mask"
for image in rle.imgs:
    total = sum(rle.annToMask(annotation).astype(int) for annotation in rle.imgToAnns[image])
    assert np.max(total) <= 1, f"masks overlap in image {image}"
assert outlines > 0.5 * len(rle.anns), "hardly any outline"
print(f"{len(rle.anns)} masks are as pycocotools reads them, {outlines} of them outlines")
