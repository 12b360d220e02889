"""How large a picture is, read from its first bytes without drawing it, and a picture written as PNG."""

from __future__ import annotations

import struct
import zlib

MOST_PIXELS = 40_000_000
"""A picture with more is offered to be saved, not shown: a browser would take gigabytes to draw it."""


def size_of(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP; None when the bytes do not say."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", head, 16)
            return width, height
        if head.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", head, 6)
            return width, height
        if head.startswith(b"RIFF"):
            return _webp(head)
        if head.startswith(b"\xff\xd8"):
            return _jpeg(head)
    except struct.error:
        return None
    return None


def is_small(head: bytes) -> bool:
    """May a browser be asked to draw it?"""
    size = size_of(head)
    return size is not None and 0 < size[0] * size[1] <= MOST_PIXELS


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", head, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        at += 2 + max(length, 2)
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if head[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<L", head, 21)
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def as_png(width: int, height: int, stride: int, rows: bytes) -> bytes:
    """A PNG of 24-bit rows (red, green, blue), each `stride` bytes apart."""
    lines = b"".join(b"\0" + rows[at : at + 3 * width] for at in range(0, stride * height, stride))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(lines, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
