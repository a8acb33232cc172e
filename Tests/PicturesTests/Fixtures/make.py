# Makes the small picture files beside it, and what Pillow reads from them as expected.bin, the pixels of
# one file after another: python3 -m pip install pillow numpy; python3 make.py
import struct
import zlib

import numpy as np
from PIL import Image

y, x = np.mgrid[0:11, 0:13]
rgb = np.stack([x * 19, y * 23, (x * y * 7) % 256], axis=2).astype(np.uint8)
gray = ((x * 11 + y * 9) % 256).astype(np.uint8)
alpha = ((x + y) * 10).astype(np.uint8)


def save(array, name, **options):
    Image.fromarray(array).save(name, **options)


save(gray, "gray.jpg", quality=90)
save(rgb, "rgb.jpg", quality=90)
save(rgb, "progressive.jpg", quality=80, progressive=True, subsampling=2)
Image.fromarray(np.dstack([rgb, gray])).convert("CMYK").save("cmyk.jpg")
save(np.dstack([rgb, alpha]), "alpha.png")
Image.fromarray(rgb).quantize(7).save("palette.png")


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(name, width, height, depth, color, interlace, rows):
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)))
        file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


# 16 bits: the high byte is the gray picture, the low byte says 127 (rounds to the high byte).
png("deep.png", 13, 11, 16, 0, 0, b"".join(
    b"\0" + b"".join(bytes([value, value // 2]) for value in row) for row in gray.tolist()))
# 1 bit: a checkerboard.
png("bits.png", 8, 8, 1, 0, 0, b"".join(bytes([0, 0x55 if row % 2 else 0xAA]) for row in range(8)))
# Adam7: seven passes over the picture.
passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
png("interlaced.png", 13, 11, 8, 2, 1, b"".join(
    b"".join(b"\0" + row.tobytes() for row in rgb[y0::dy, x0::dx] if row.size)
    for x0, y0, dx, dy in passes))
# A header of few bytes that tells of ten thousand million pixels, for each format.
png("bomb.png", 100_000, 100_000, 8, 2, 0, bytes(100))
bomb = bytearray(open("rgb.jpg", "rb").read())
start = bomb.index(b"\xff\xc0") + 5
bomb[start:start + 4] = struct.pack(">HH", 65_500, 65_500)
open("bomb.jpg", "wb").write(bomb)

with open("expected.bin", "wb") as file:
    for name in ["gray.jpg", "rgb.jpg", "progressive.jpg", "palette.png", "interlaced.png"]:
        picture = Image.open(name)
        file.write(np.asarray(picture.convert("L" if picture.mode == "L" else "RGB")).tobytes())
