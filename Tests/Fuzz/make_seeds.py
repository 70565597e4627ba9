#!/usr/bin/env python3
"""Writes the image files that fuzzing begins with: small ones, each of another variety of its format.

usage: make_seeds.py FOLDER
Needs pillow, tifffile, imagecodecs and numpy. FOLDER is Tests/Fuzz/Seeds; the files are in the repository, so that
fuzzing needs no Python.
"""

import io
import struct
import sys
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

folder = Path(sys.argv[1])
y, x = np.mgrid[0:11, 0:13]
rgb = np.stack([x * 19, y * 23, (x + y) * 10], -1).astype(np.uint8)
alpha = np.dstack([rgb, ((x * y) * 2).astype(np.uint8)])
color, clear = Image.fromarray(rgb), Image.fromarray(alpha)


def write(kind, name, content):
    (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / kind / name).write_bytes(content)


def saved(image, form, **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


exif = Image.Exif()
exif[274] = 6
jpegs = {
    "plain": saved(color, "JPEG", quality=60),
    "progressive": saved(color, "JPEG", quality=60, progressive=True),
    "grey": saved(color.convert("L"), "JPEG"),
    "cmyk": saved(color.convert("CMYK"), "JPEG"),
    "full": saved(color, "JPEG", subsampling=0, exif=exif),
    "restarts": saved(color, "JPEG", restart_marker_blocks=1),
}
pngs = {
    "rgb": saved(color, "PNG"),
    "rgba": saved(clear, "PNG"),
    "grey": saved(color.convert("L"), "PNG"),
    "grey-alpha": saved(clear.convert("LA"), "PNG"),
    "palette": saved(color.quantize(8), "PNG", transparency=1),
    "bits": saved(color.convert("1"), "PNG"),
    "deep": saved(Image.fromarray((x * 4000).astype(np.uint16)), "PNG"),
    "exif": saved(color, "PNG", exif=exif),
}
webps = {
    "lossy": saved(color, "WEBP", quality=50),
    "lossless": saved(color, "WEBP", lossless=True),
    "alpha": saved(clear, "WEBP", quality=50, exif=exif),
    "animation": saved(color, "WEBP", save_all=True, append_images=[color.rotate(90)], quality=30),
}
bmps = {
    "rgb": saved(color, "BMP"),
    "palette": saved(color.quantize(8), "BMP"),
    "bits": saved(color.convert("1"), "BMP"),
    "rgba": saved(clear, "BMP"),
    # A 4-bit file packed by run lengths, with a jump and a literal run.
    "rle4": b"BM" + struct.pack("<IHHI", 88, 0, 0, 70)
    + struct.pack("<IiiHHIIiiII", 40, 6, 2, 1, 4, 2, 18, 0, 0, 4, 0) + bytes(range(16))
    + bytes([4, 0x12, 0, 2, 1, 0, 0, 0, 0, 4, 0x12, 0x30, 2, 0x11, 0, 0, 0, 1]),
    "rle8": b"BM" + struct.pack("<IHHI", 82, 0, 0, 70)
    + struct.pack("<IiiHHIIiiII", 40, 5, 2, 1, 8, 1, 12, 0, 0, 4, 0) + bytes(range(16))
    + bytes([3, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1]),
    "fields": b"BM" + struct.pack("<IHHI", 82, 0, 0, 66)
    + struct.pack("<IiiHHIIiiII", 40, 4, -2, 1, 16, 3, 16, 0, 0, 0, 0)
    + struct.pack("<III", 0xF800, 0x7E0, 0x1F) + bytes(range(16)),
}


def tiff(array, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, array, metadata=None, software=False, **options)
    return stream.getvalue()


tiffs = {
    "plain": tiff(rgb, photometric="rgb"),
    "big-endian": tiff(rgb, photometric="rgb", byteorder=">"),
    "lzw": tiff(rgb, photometric="rgb", compression="lzw", predictor=2),
    "deflate": tiff(rgb, photometric="rgb", compression="zlib", rowsperstrip=4),
    "packbits": tiff(rgb[:, :, 0], photometric="minisblack", compression="packbits"),
    "planes": tiff(np.moveaxis(rgb, 2, 0), photometric="rgb", planarconfig="separate"),
    "tiles": tiff(rgb, photometric="rgb", tile=(16, 16)),
    "deep": tiff((x * 4000).astype(np.uint16), photometric="minisblack"),
    "white": tiff(rgb[:, :, 1], photometric="miniswhite"),
    "palette": saved(color.quantize(8), "TIFF"),
    "bits": saved(color.convert("1"), "TIFF", compression="group4"),
    "jpeg": tiff(rgb, photometric="ycbcr", compression="jpeg", subsampling=(1, 1)),
    "alpha": tiff(alpha, photometric="rgb", extrasamples=["unassalpha"]),
    "turned": saved(color, "TIFF", tiffinfo={274: 6}),
}
streams = {
    "mixed": jpegs["plain"] + pngs["grey"] + bmps["bits"] + webps["lossy"],
    "progressive": jpegs["progressive"] + jpegs["restarts"],
    "raw": bytes(3 * 7 * 5),
}
for kind, files in dict(jpeg=jpegs, png=pngs, webp=webps, bmp=bmps, tiff=tiffs, stream=streams).items():
    for name, content in files.items():
        write(kind, name, content)
