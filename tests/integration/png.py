"""Pictures for tests that run without Pillow."""
import struct
import zlib


def encode(height, width, value, channels=1):
    """A PNG of 8 bits whose channels all have value(x, y)."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    rows = b"".join(b"\0" + bytes(value(x, y) % 256 for x in range(width) for _ in range(channels))
                    for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
