#!/usr/bin/env python3
"""Writes image files of many kinds with PIL and tifffile, and beside each the pixels that reading it must give.

usage: image_formats.py FOLDER
Needs pillow, tifffile, imagecodecs and numpy. PEREGRINE_IMAGE_FORMATS=FOLDER then lets the test ImageFormatsParityTests
decode every file, at full and at reduced scale, and compare. FOLDER/list.json names file, width, height, tolerance
(the largest difference of a sample), and whether the file is mislabelled or refused; FOLDER/FILE.rgb holds the upright
pixels, 8-bit RGB, row by row, transparency laid on white.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageOps

WIDTH, HEIGHT = 37, 23
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
entries = []
random = np.random.default_rng(5)


def picture(channels, bits=8, width=WIDTH, height=HEIGHT):
    """Smooth ramps with some noise, different in every channel."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * (3 + c) + y * (7 - c)) / (width * 6 + height * 7) for c in range(channels)]
    values = np.stack(planes, -1) + random.uniform(-0.05, 0.05, (height, width, channels))
    return (np.clip(values, 0, 1) * (2**bits - 1)).round().astype(np.uint16 if bits > 8 else np.uint8)


def rgb(array):
    """8-bit RGB of grey, grey with alpha, RGB or RGBA of 8 or 16 bits."""
    array = np.atleast_3d(array)
    if array.dtype == np.uint16:
        array = ((array.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if array.shape[2] in (2, 4):
        alpha = array[:, :, -1:].astype(np.uint32)
        array = ((array[:, :, :-1] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return array if array.shape[2] == 3 else np.repeat(array, 3, 2)


def expect(name, pixels, tolerance=0, exact_when_reduced=True):
    height, width = pixels.shape[:2]
    (folder / (name + ".rgb")).write_bytes(np.ascontiguousarray(pixels).tobytes())
    entries.append(dict(file=name, width=width, height=height, tolerance=tolerance, scales=exact_when_reduced))


def expect_as_pil(name, tolerance=0, exact_when_reduced=True):
    with Image.open(folder / name) as image:
        upright = ImageOps.exif_transpose(image)
        mode = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
        pixels = np.asarray(upright.convert(mode))
    expect(name, rgb(pixels), tolerance, exact_when_reduced)


def refuse(name, content=None):
    if content is not None:
        (folder / name).write_bytes(content)
    entries.append(dict(file=name, refused=True))


def turned(pixels, orientation):
    """The upright picture of pixels stored with an EXIF orientation."""
    turn = {
        1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2), 6: lambda p: np.rot90(p, -1), 7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
        8: lambda p: np.rot90(p, 1),
    }
    return turn[orientation](pixels)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def jpeg_and_png():
    colour, grey = Image.fromarray(picture(3)), Image.fromarray(picture(1)[:, :, 0])
    for name, image, options in [
        ("rgb.jpg", colour, {}), ("progressive.jpg", colour, dict(progressive=True)), ("grey.jpg", grey, {}),
        ("444.jpg", colour, dict(subsampling=0)),
    ] + [(f"turn{n}.jpg", colour, dict(exif=exif(n))) for n in (3, 6, 8)]:
        image.save(folder / name, quality=90, **options)
        expect_as_pil(name, 1, False)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        name = f"{mode}.png"
        source = Image.fromarray(picture(4)) if "A" in mode else colour
        source.convert(mode).save(folder / name)
        expect_as_pil(name)
    deep = picture(1, 16)[:, :, 0]
    Image.fromarray(deep).save(folder / "deep.png")
    expect("deep.png", rgb(deep))
    colour.save(folder / "turn5.png", exif=exif(5))
    expect("turn5.png", turned(np.asarray(colour), 5))
    colour.save(folder / "png.jpg", format="PNG")
    expect("png.jpg", np.asarray(colour))
    colour.save(folder / "webp.tif", format="WEBP", lossless=True)
    expect("webp.tif", np.asarray(colour), exact_when_reduced=False)


def webp():
    colour, clear = Image.fromarray(picture(3)), Image.fromarray(picture(4))
    for name, image, options in [
        ("lossy.webp", colour, dict(quality=80)), ("lossless.webp", colour, dict(lossless=True)),
        ("clear-lossy.webp", clear, dict(quality=80)), ("clear.webp", clear, dict(lossless=True, exact=True)),
        ("turn6.webp", colour, dict(lossless=True, exif=exif(6))),
        ("turn6-prefix.webp", colour, dict(lossless=True, exif=b"Exif\0\0" + exif(6).removeprefix(b"Exif\0\0"))),
        ("film.webp", colour, dict(lossless=True, save_all=True, append_images=[colour.rotate(90)], duration=50)),
    ]:
        image.save(folder / name, **options)
        if name == "film.webp":
            expect(name, np.asarray(colour), exact_when_reduced=False)
        else:
            expect_as_pil(name, 1 if "lossy" in name else 0, False)


def tiff_of_pil():
    colour, grey = Image.fromarray(picture(3)), Image.fromarray(picture(1)[:, :, 0])
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd", "lzma"):
        for mode in ("L", "RGB", "P"):
            name = f"{mode}-{compression}.tif"
            colour.convert(mode).save(folder / name, compression=compression)
            expect_as_pil(name)
    for compression in ("raw", "group3", "group4", "tiff_lzw"):
        name = f"bilevel-{compression}.tif"
        grey.convert("1").save(folder / name, compression=compression)
        expect_as_pil(name)
    for name, image in [("jpeg.tif", colour), ("jpeg-grey.tif", grey), ("jpeg-ycbcr.tif", colour.convert("YCbCr"))]:
        image.save(folder / name, compression="jpeg", quality=90)
        expect_as_pil(name, 2, False)
    for mode in ("CMYK", "LA", "RGBA"):
        name = f"{mode}.tif"
        (Image.fromarray(picture(4)) if "A" in mode else colour).convert(mode).save(folder / name)
        expect_as_pil(name, 1 if mode == "CMYK" else 0)
    colour.convert("YCbCr").save(folder / "ycbcr.tif")
    expect_as_pil("ycbcr.tif", 2, False)
    pages = [Image.fromarray(picture(3)) for _ in range(2)]
    pages[0].save(folder / "pages.tif", save_all=True, append_images=pages[1:])
    expect("pages.tif", np.asarray(pages[0]))


def tiff(name, array, pixels=None, **options):
    tifffile.imwrite(folder / name, array, metadata=None, **options)
    expect(name, rgb(array) if pixels is None else pixels)


def tiff_of_tifffile():
    for bits in (8, 16):
        grey, colour, clear = picture(1, bits)[:, :, 0], picture(3, bits), picture(4, bits)
        top = 2**bits - 1
        for compression in (None, "lzw", "deflate", "packbits", "zstd"):
            tiff(f"strips-{bits}-{compression}.tif", colour, compression=compression, photometric="rgb", rowsperstrip=5)
            tiff(f"tiles-{bits}-{compression}.tif", colour, compression=compression, photometric="rgb", tile=(16, 32))
        tiff(f"big-endian-{bits}.tif", colour, byteorder=">", photometric="rgb")
        tiff(f"predictor-{bits}.tif", colour, compression="deflate", predictor=True, photometric="rgb")
        tiff(f"grey-{bits}.tif", grey, photometric="minisblack")
        tiff(f"white-{bits}.tif", top - grey, rgb(grey), photometric="miniswhite")
        planes = np.moveaxis(colour, -1, 0)
        tiff(f"planes-{bits}.tif", planes, rgb(colour), photometric="rgb", planarconfig="separate", rowsperstrip=4)
        tiff(f"plane-tiles-{bits}.tif", planes, rgb(colour), photometric="rgb", planarconfig="separate", tile=(16, 16))
        tiff(f"clear-{bits}.tif", clear, photometric="rgb", extrasamples=["unassalpha"])
        clear_planes = np.moveaxis(clear, -1, 0)
        tiff(
            f"clear-planes-{bits}.tif", clear_planes, rgb(clear), photometric="rgb", planarconfig="separate",
            extrasamples=["unassalpha"])
        tiff(f"other-{bits}.tif", clear, rgb(clear[:, :, :3]), photometric="rgb", extrasamples=["unspecified"])
        tiff(f"bigtiff-{bits}.tif", colour, photometric="rgb", bigtiff=True)
    weighted = picture(4)
    weighted[:, :, :3] = (weighted[:, :, :3].astype(np.uint32) * weighted[:, :, 3:] + 127) // 255
    alpha = weighted[:, :, 3:].astype(np.int32)
    tiff(
        "weighted.tif", weighted, (weighted[:, :, :3] + (255 - alpha)).astype(np.uint8), photometric="rgb",
        extrasamples=["assocalpha"])
    tiff("twelve.tif", (picture(1, 12)[:, :, 0] * 16).astype(np.uint16), photometric="minisblack")
    colour = picture(3)
    for orientation in range(1, 9):
        tiff(
            f"turn{orientation}.tif", colour, turned(colour, orientation), photometric="rgb",
            extratags=[(274, 3, 1, orientation, True)])
    for name, array in [
        ("float.tif", picture(1).astype(np.float32)), ("signed.tif", picture(1).astype(np.int16)),
        ("bands.tif", np.moveaxis(picture(5), -1, 0)),
    ]:
        planes = "separate" if name == "bands.tif" else None
        tifffile.imwrite(folder / name, array, metadata=None, photometric="minisblack", planarconfig=planes)
        refuse(name)
    version = (50706, 1, 4, (1, 4, 0, 0), True)
    tifffile.imwrite(folder / "raw.tif", colour, photometric="rgb", metadata=None, extratags=[version])
    refuse("raw.tif")


def bmp_file(header, palette, pixels):
    offset = 14 + len(header) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + header + palette + pixels


def info(bits, compression=0, height=HEIGHT, colors=0, width=WIDTH):
    return struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 0, 0, colors, 0)


def padded(rows):
    return b"".join(bytes(row) + b"\0" * (-len(row) % 4) for row in rows)


def bmp():
    colour, clear = picture(3), picture(4)
    for mode in ("1", "L", "P", "RGB"):
        Image.fromarray(colour).convert(mode).save(folder / f"{mode}.bmp")
        expect_as_pil(f"{mode}.bmp")
    Image.fromarray(clear).save(folder / "RGBA.bmp")
    # The fourth byte means nothing there, to PIL either.
    expect_as_pil("RGBA.bmp")
    bgr = colour[:, :, ::-1]
    (folder / "top-down.bmp").write_bytes(bmp_file(info(24, height=-HEIGHT), b"", padded(r.tobytes() for r in bgr)))
    expect("top-down.bmp", colour)
    core = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 24)
    (folder / "os2.bmp").write_bytes(bmp_file(core, b"", padded(r.tobytes() for r in bgr[::-1])))
    expect("os2.bmp", colour)
    wide = np.concatenate([bgr, np.zeros_like(bgr[:, :, :1])], 2)[::-1]
    (folder / "32.bmp").write_bytes(bmp_file(info(32), b"", wide.tobytes()))
    expect("32.bmp", colour)
    for name, bits in (("555", (5, 5, 5)), ("565", (5, 6, 5))):
        stored = [colour[:, :, c].astype(np.uint32) >> (8 - bits[c]) for c in range(3)]
        value = stored[0] << (bits[1] + bits[2]) | stored[1] << bits[2] | stored[2]
        masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F) if name == "565" else b""
        rows = padded(r.astype("<u2").tobytes() for r in value[::-1])
        (folder / f"{name}.bmp").write_bytes(bmp_file(info(16, 3 if masks else 0), masks, rows))
        highest = [2**n - 1 for n in bits]
        levels = [(stored[c] * 255 + highest[c] // 2) // highest[c] for c in range(3)]
        expect(f"{name}.bmp", np.stack(levels, -1).astype(np.uint8))
    indexed_bmp()


def indexed_bmp():
    colors = random.integers(0, 256, (16, 3), dtype=np.uint8)
    palette = b"".join(bytes([b, g, r, 0]) for r, g, b in colors)
    indices = (picture(1)[:, :, 0] // 16).astype(np.uint8)
    indices[4:9, 5:30] = 3
    nibbles = np.pad(indices, ((0, 0), (0, WIDTH % 2)))
    rows = padded((r[0::2] << 4 | r[1::2]).tobytes() for r in nibbles[::-1])
    (folder / "4.bmp").write_bytes(bmp_file(info(4, colors=16), palette, rows))
    expect("4.bmp", colors[indices])
    for bits, compression in ((8, 1), (4, 2)):
        stream = b""
        for row in indices[::-1]:
            x = 0
            while x < WIDTH:
                run = 1
                while x + run < WIDTH and row[x + run] == row[x] and run < 255:
                    run += 1
                if run > 2 or WIDTH - x < 3:
                    stream += bytes([run, row[x] * 17 if bits == 4 else row[x]])
                else:
                    run = min(5, WIDTH - x)
                    literal = bytes(row[x : x + run])
                    if bits == 4:
                        even = literal + b"\0" * (run % 2)
                        literal = bytes(even[i] << 4 | even[i + 1] for i in range(0, len(even), 2))
                    stream += bytes([0, run]) + literal + b"\0" * (len(literal) % 2)
                x += run
            stream += b"\0\0"
        content = bmp_file(info(bits, compression, colors=16), palette, stream + b"\0\1")
        (folder / f"runs-{bits}.bmp").write_bytes(content)
        expect(f"runs-{bits}.bmp", colors[indices])


def refusals():
    for suffix, format_name in (("gif", "GIF"), ("avif", "AVIF"), ("jp2", "JPEG2000"), ("ppm", "PPM"), ("tga", "TGA")):
        Image.fromarray(picture(3)).save(folder / f"other.{suffix}", format=format_name)
        refuse(f"other.{suffix}")
    for name in ("strips-8-lzw.tif", "lossy.webp", "RGB.bmp"):
        content = (folder / name).read_bytes()
        refuse("cut-" + name, content[: len(content) // 2])


for make in (jpeg_and_png, webp, tiff_of_pil, tiff_of_tifffile, bmp, refusals):
    make()
(folder / "list.json").write_text(json.dumps(entries, indent=1))
print(f"{len(entries)} files in {folder}")
