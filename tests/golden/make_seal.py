#!/usr/bin/python3
"""make_seal.py FILE - a round seal as PNG: a red ring and a star on nothing.
Standard library only; the same bytes each time."""
import math
import struct
import sys
import zlib

SIDE = 480


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


def star(x, y, r):
    """Inside a star of five points with its tip upwards?"""
    ins = 0
    for k in range(5):
        a = math.radians(-90 + 72 * k)
        ins += x * math.cos(a) + y * math.sin(a) <= r * math.cos(
            math.radians(72))
    return ins >= 4


def main():
    rows = bytearray()
    for j in range(SIDE):
        rows += b"\0"
        for i in range(SIDE):
            x, y = i - SIDE / 2 + 0.5, j - SIDE / 2 + 0.5
            d = math.hypot(x, y) / (SIDE / 2)
            red = 0.9 < d < 0.98 or (d < 0.32 and star(x, y, SIDE * 0.15))
            rows += b"\xd0\x14\x1e\xd8" if red else b"\0\0\0\0"
    with open(sys.argv[1], "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
            ">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(rows), 9)) +
            chunk(b"IEND", b""))


main()
