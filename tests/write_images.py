#!/usr/bin/python3
"""Writes PNG files into a folder by zlib alone, to be read by libpng: write_images.py FOLDER.

Each has 5 rows of 7 pixels; sample c of pixel (y, x) is 101 (31 y + 17 x + 73 c) modulo the number of its values. Named by
colour type, bits and interlacing, such as 2-16-adam7.png. Palettes hold at entry i the colour (i, 255 - i, 7 i % 256)."""
import struct
import sys
import zlib

HEIGHT, WIDTH = 5, 7
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed(samples, bits):
    """A row of samples, from the upper bits of each byte on, behind the byte of filter 0."""
    number = 0
    for sample in samples:
        number = number << bits | sample
    length = (len(samples) * bits + 7) // 8
    return b"\0" + (number << (length * 8 - len(samples) * bits)).to_bytes(length, "big")


def image(colour, bits, interlaced, more=b""):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = b""
    for top, left, down, across in PASSES if interlaced else [(0, 0, 1, 1)]:
        for y in range(top, HEIGHT, down):
            pixels = [(x, c) for x in range(left, WIDTH, across) for c in range(channels)]
            samples = [101 * (31 * y + 17 * x + 73 * c) % 2**bits for x, c in pixels]
            rows += packed(samples, bits) if samples else b""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, interlaced)
    palette = b"".join(bytes([i, 255 - i, 7 * i % 256]) for i in range(2**bits)) if colour == 3 else b""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + (chunk(b"PLTE", palette) if palette else b"") + more
            + chunk(b"tEXt", b"Comment\0passed by") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for colour, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
    for bits in depths:
        for interlaced in [0, 1]:
            with open(f"{sys.argv[1]}/{colour}-{bits}-{'adam7' if interlaced else 'rows'}.png", "wb") as file:
                file.write(image(colour, bits, interlaced))
# Of entry 3 of the palette, nothing is seen.
with open(f"{sys.argv[1]}/transparent.png", "wb") as file:
    file.write(image(3, 2, 0, chunk(b"tRNS", bytes([255, 255, 255, 0]))))
