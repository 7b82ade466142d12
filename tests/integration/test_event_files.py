"""The numbers of a run's log stand in its tables and in its TensorBoard events, read by an own reader
with checksums, and by TensorBoard's own where it is installed (AUGD_PYTHON names a Python that has it)."""
import csv
import json
import os
import struct
import sys
import tempfile

sys.dont_write_bytecode = True
OTHER = os.environ.pop("AUGD_PYTHON", None)
if OTHER:
    os.execv(OTHER, [OTHER, os.path.abspath(__file__)])
try:
    import numpy
except ImportError:
    print("skipped: NumPy is needed")
    sys.exit(77)
try:
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
except ImportError:
    EventFileLoader = None
import exported  # noqa: E402
from onnx_numpy import every, fields, one  # noqa: E402

if not os.path.exists(exported.AUGTRAIN):
    print("skipped: augtrain is not built")
    sys.exit(77)
MODEL = """\
model: {input: [6, 5, 1], layers: [conv: 3, relu, flatten, linear: 4]}
optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
train: {epochs: 3, log_every: 2}
data: {train: spec.yaml, eval: spec.yaml}
"""
SPEC = "augd: 1\ndataset: {kind: synthetic, count: 70, size: [6, 5], channels: 1, classes: 4}\nbatch: {size: 9}\n"


def crc32c(data):
    """Checksum with the Castagnoli polynomial."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


def masked(data):
    """The checksum as records have it."""
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(path):
    """Every record of a file, whose checksums are right."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        size, head = struct.unpack_from("<QI", data, at)
        event = data[at + 12:at + 12 + size]
        tail, = struct.unpack_from("<I", data, at + 12 + size)
        assert (head, tail) == (masked(data[at:at + 8]), masked(event)), f"checksums at {at}"
        at += 16 + size
        yield event


def scalars(path):
    """(step, tag, value) of every scalar; the first record says the version of the file."""
    events = [fields(record) for record in records(path)]
    assert one(events[0], 3) == b"brain.Event:2"
    found = []
    for event in events[1:]:
        assert one(event, 1) > 1e9, "the time"
        for value in every(fields(one(event, 5)), 1):
            inner = fields(value)
            found.append((one(event, 2, 0), one(inner, 1).decode(), one(inner, 2)))
    return found


def read_with_tensorboard(path):
    """The same by TensorBoard's reader."""
    return [(event.step, value.tag, value.tensor.float_val[0] if value.HasField("tensor") else value.simple_value)
            for event in EventFileLoader(path).Load() for value in event.summary.value]


def expected_scalars(folder):
    """What the log says, and its entries by event."""
    found, entries = [], {"step": [], "epoch": []}
    with open(os.path.join(folder, "log.jsonl"), encoding="utf-8") as log:
        for entry in map(json.loads, log):
            if entry["event"] not in entries:
                continue
            entries[entry["event"]].append(entry)
            found += [(entry["step"], f"{entry['event']}/{key}", float(numpy.float32(value)))
                      for key, value in entry.items()
                      if key not in ("event", "step", "epoch") and isinstance(value, (int, float))]
    return found, entries


def check_table(path, entries):
    """Every number of the entries stands in its row and column; other cells are empty."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(entries) > 0, f"{path} has {len(rows)} rows"
    for row, entry in zip(rows, entries):
        numbers = {key: value for key, value in entry.items() if isinstance(value, (int, float))}
        assert {key: float(cell) for key, cell in row.items() if cell != ""} == numbers, (row, entry)


def main():
    assert crc32c(b"123456789") == 0xE3069283 and crc32c(bytes(32)) == 0x8A9136AA
    with tempfile.TemporaryDirectory(prefix="augd-events-") as top:
        for name, text in (("model.yaml", MODEL), ("spec.yaml", SPEC)):
            with open(os.path.join(top, name), "w", encoding="utf-8") as file:
                file.write(text)
        exported.augtrain("model.yaml", "-o", "run", folder=top)
        folder = os.path.join(top, "run")
        expected, entries = expected_scalars(folder)
        path = os.path.join(folder, "events.out.tfevents.augtrain")
        assert scalars(path) == expected, "scalars differ from the log"
        assert {tag for _, tag, _ in expected} >= {"step/loss", "step/lr", "epoch/train_loss", "epoch/test_accuracy"}
        check_table(os.path.join(folder, "steps.csv"), entries["step"])
        check_table(os.path.join(folder, "epochs.csv"), entries["epoch"])
        if EventFileLoader:
            assert read_with_tensorboard(path) == expected, "TensorBoard reads other scalars"
    print(f"{len(expected)} scalars, {'read by TensorBoard, too' if EventFileLoader else 'TensorBoard is not installed'}")


main()
