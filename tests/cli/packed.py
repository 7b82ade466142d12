"""What tests of aug pack share: pictures of all kinds, and archives read as others read them: Python's
tarfile, the grouping of WebDataset, Pillow for pixels, and a walk through the segments of a JPEG.
"""
import gzip
import io
import re
import struct
import tarfile

import numpy
from PIL import Image

from program import pixels

# As webdataset.tariterators has it.
KEY_AND_ENDING = re.compile(r"^((?:.*/|)[^.]+)[.]([^/]*)$")
INDEX = ".augd-index.tsv.gz"
HEAD = ".augd-pack.json"


def jpeg(seed, height=48, width=72, channels=3, **options):
    """A JPEG file; options are those of Pillow's save."""
    array = pixels(seed, height, width, channels)
    image = Image.fromarray(array[:, :, 0] if channels == 1 else array)
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 88, **options})
    return file.getvalue()


def cmyk(seed, height=40, width=56):
    """A JPEG of four components."""
    file = io.BytesIO()
    Image.fromarray(pixels(seed, height, width, 4), "CMYK").save(file, "JPEG", quality=90)
    return file.getvalue()


def with_exif(content, orientation):
    """The file with EXIF data that says an orientation."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x112, 3, 1, orientation, 0, 0)
    return content[:2] + struct.pack(">BBH", 0xff, 0xe1, len(exif) + 2) + exif + content[2:]


def with_comment(content, comment):
    """The file with a comment."""
    return content[:2] + struct.pack(">BBH", 0xff, 0xfe, len(comment) + 2) + comment + content[2:]


def decoded(content):
    """Pixels as Pillow has them, with the mode."""
    with Image.open(io.BytesIO(content)) as image:
        return image.mode, numpy.asarray(image)


def members(path):
    """Content of each member by its name, in order."""
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def samples(path):
    """Key -> ending -> content, as WebDataset groups the members of an archive."""
    found, last = {}, None
    for name, content in members(path).items():
        match = KEY_AND_ENDING.match(name)
        if not match:
            continue
        key, ending = match.group(1), match.group(2).lower()
        if key != last and key in found:
            raise AssertionError(f"members of {key} do not lie together")
        found.setdefault(key, {})[ending] = content
        last = key
    return found


def index_of(path):
    """The index, found from the end of the archive: name -> (offset, size)."""
    with open(path, "rb") as file:
        content = file.read()
    at = content[-2048:].rindex(b"augd-index ")
    offset, size = map(int, content[-2048:][at + 11:at + 52].split())
    lines = gzip.decompress(content[offset:offset + size]).decode().splitlines()
    if lines[0] != "offset\tsize\tname":
        raise AssertionError(f"the index begins with {lines[0]!r}")
    rows = [line.split("\t") for line in lines[1:]]
    return {name: (int(begin), int(n)) for begin, n, name in rows}


class Segments:
    """What stands in a JPEG: kind of its frame, number of scans, MCUs between restart markers by its
    header, lengths of the pieces between them, and all marker segments with metadata."""

    def __init__(self, content):
        self.frame, self.n_scans, self.interval, self.metadata = None, 0, 0, []
        self.n_restarts, self.restarts_in_order = 0, True
        self.sampling = None
        at = 2
        while content[at + 1] != 0xd9:
            marker, size = content[at + 1], struct.unpack(">H", content[at + 2:at + 4])[0]
            body = content[at + 4:at + 2 + size]
            if 0xe0 <= marker <= 0xef or marker == 0xfe:
                self.metadata.append((marker, body))
            if marker in (0xc0, 0xc1, 0xc2):
                self.frame = marker
                self.height, self.width = struct.unpack(">HH", body[1:5])
                self.sampling = [(body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15) for i in range(body[5])]
            if marker == 0xdd:
                self.interval = struct.unpack(">H", body)[0]
            at += 2 + size
            if marker == 0xda:
                self.n_scans += 1
                at = self.skip_scan(content, at)

    def skip_scan(self, content, at):
        """Behind the entropy-coded data that begins at a byte."""
        while True:
            at = content.index(b"\xff", at)
            marker = content[at + 1]
            if 0xd0 <= marker <= 0xd7:
                self.restarts_in_order &= marker - 0xd0 == self.n_restarts % 8
                self.n_restarts += 1
            elif marker != 0:
                return at
            at += 2

    def n_mcus(self):
        """MCUs of the only scan."""
        wide = max(h for h, _ in self.sampling) if len(self.sampling) > 1 else 1
        high = max(v for _, v in self.sampling) if len(self.sampling) > 1 else 1
        return -(-self.width // (8 * wide)) * -(-self.height // (8 * high))
