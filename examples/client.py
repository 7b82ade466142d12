"""A whole client of augd in plain Python, written from protocol/SPEC.md.

    python3 client.py unix:/run/augd.sock                        (prints what is served)
    python3 client.py unix:/run/augd.sock cifar spec.yaml 1      (prints what is in each batch)

It checks of every frame what SPEC.md demands, starts at any position, and goes on where it was when
the daemon stops, is started again or the connection is cut: the batches are the same.
"""
import json, socket, struct, sys, time
from array import array
from math import prod

HEADER = struct.Struct("<4sBBHIIQIIQQQQ")
HELLO, HELLO_OK, OPEN, OPEN_OK, CREDIT, BATCH = 1, 2, 5, 6, 7, 8
END_OF_EPOCH, CLOSE, CLOSED, ERROR, PING, PONG, GOAWAY, LIST, LISTING = 10, 11, 12, 13, 14, 15, 16, 128, 129
CRC, LAST = 1, 8
MAX_JSON = 65536
TYPES = {"U8": "B", "U16": "H", "I32": "i", "I64": "q", "F32": "f"}


class Refused(RuntimeError):
    """The daemon says no; `code` is the error's name, `retry` whether it may say yes later."""

    def __init__(self, code, message, retry=False, wait=0.0):
        super().__init__(message)
        self.code, self.retry, self.wait = code, retry, wait


class Violation(ValueError):
    """The other side breaks the protocol, or what came is not what is due."""


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Frame:
    """One frame as it was received."""

    def __init__(self, header):
        fields = list(HEADER.unpack(header))
        crc, fields[5] = fields[5], 0
        if fields[0] != b"AUGG" or crc != crc32c(HEADER.pack(*fields)):
            raise Violation("this is no frame of augd, or a damaged one")
        (_, self.version, self.kind, self.flags, self.stream, _, self.length, self.payload_crc,
         self.epoch, self.step, self.seq, self.arg, self.ident) = fields
        self.payload = b""

    def json(self):
        return json.loads(self.payload) if self.payload else {}


class Connection:
    """Frames over a socket. Every wrong one raises Violation, a cut ConnectionError."""

    def __init__(self, address):
        kind, _, place = address.partition(":")
        if kind == "unix":
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.connect(place)
        elif kind == "tcp" and place.rpartition(":")[2].isdigit():
            host, _, port = place.rpartition(":")
            self.sock = socket.create_connection((host.strip("[]"), int(port)))
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        else:
            raise ValueError(f"{address!r}: give unix:PATH or tcp:HOST:PORT")
        self.max_batch = 0  # a daemon may send none before HELLO_OK says how large they are

    def send(self, kind, payload=b"", **given):
        """A frame; given are stream, seq, arg and ident, else 0."""
        stream, seq, arg, ident = (given.pop(name, 0) for name in ("stream", "seq", "arg", "ident"))
        fields = [b"AUGG", 1, kind, 0, stream, 0, len(payload), 0, 0, 0, seq, arg, ident]
        fields[5] = crc32c(HEADER.pack(*fields))
        self.sock.sendall(HEADER.pack(*fields) + payload)

    def read(self, size):
        data, at = bytearray(size), 0
        while at < size:
            n = self.sock.recv_into(memoryview(data)[at:])
            if n == 0:
                raise ConnectionError("the daemon closed the connection")
            at += n
        return data

    def receive(self, *allowed):
        """The next frame of one of these kinds; an ERROR raises Refused, a GOAWAY ConnectionError."""
        while True:
            frame = Frame(self.read(HEADER.size))
            if frame.version != 1 or frame.flags & ~(CRC | LAST):
                raise Violation(f"version {frame.version}, flags {frame.flags}: not of version 1")
            if frame.length > (self.max_batch if frame.kind == BATCH else MAX_JSON):
                raise Violation(f"a payload of {frame.length} bytes, more than may come now")
            frame.payload = self.read(frame.length)
            if frame.flags & CRC and crc32c(frame.payload) != frame.payload_crc:
                raise Violation("a payload is damaged")
            if frame.kind == PING:
                self.send(PONG, arg=frame.arg)
            elif frame.kind == ERROR:
                said = frame.json()
                raise Refused(said["code"], said["message"], said.get("retry", False),
                              said.get("retry_after_ms", 0) / 1000)
            elif frame.kind == GOAWAY:
                raise ConnectionError("the daemon is about to stop")
            elif frame.kind in allowed:
                return frame
            elif frame.kind < 128:
                raise Violation(f"a frame of type {frame.kind} is not allowed now")

    def greet(self, require=()):
        hello = {"proto": [1, 1], "client": "client.py/2", "features": ["tensors"], "require": list(require)}
        self.send(HELLO, json.dumps(hello).encode())
        answer = self.receive(HELLO_OK).json()
        missing = set(require) - set(answer["features"])
        if missing:
            raise Refused("UNKNOWN_FEATURE", f"the daemon does not know {sorted(missing)}")
        self.max_batch = int(answer["limits"]["batch"])


def served(address):
    """The data sets that a daemon has: dicts with name, kind, n_samples, n_classes, and fingerprint
    and content once they are known."""
    connection, found, more = Connection(address), [], True
    try:
        connection.greet(["list"])
        while more:
            after = {"after": found[-1]["name"]} if found else {}
            connection.send(LIST, json.dumps(after).encode())
            page = connection.receive(LISTING).json()
            more = page.get("more", False)
            if more and not page["datasets"]:
                raise Violation("there are more data sets, but none came")
            found += page["datasets"]
    finally:
        connection.sock.close()
    return found


class Stream:
    """The batches of a stream, as (epoch, step, safetensors bytes), from a position on.

    `state` is what a checkpoint keeps: it names the next batch that was not handed out, and given as
    `state` to a new Stream it goes on there, with the same bytes or not at all. `epochs` counts from
    there; 0 is without end. options: other keys of OPEN, such as seed=7, window=8, names=True, rank=0
    with world=8; and patience, for how many seconds a daemon that went away is tried again, 60."""

    def __init__(self, address, dataset, spec, state=None, epochs=0, **options):
        self.address, self.patience = address, options.pop("patience", 60)
        self.request = {"dataset": dataset, "spec": spec, "window": 4, **options}
        self.state = {"epoch": 0, "step": 0, **(state or {})}
        self.epochs, self.end = epochs, None
        self.connection = None
        self.open()
        self.end = self.state["epoch"] + epochs if epochs else None

    def open(self):
        """Connects and opens the stream at `state`; `info` is then what OPEN_OK says."""
        request = {**self.request, "epoch": self.state["epoch"], "step": str(self.state["step"]),
                   "epochs": self.end - self.state["epoch"] if self.end else self.epochs,
                   "expect": {key: self.state[key] for key in ("stream_id", "content") if key in self.state}}
        self.connection = Connection(self.address)
        self.connection.greet(["ranks"] if "world" in self.request else [])
        self.connection.send(OPEN, json.dumps(request).encode(), stream=1)
        answer = self.connection.receive(OPEN_OK)
        self.info = answer.json()
        self.ident = int.from_bytes(bytes.fromhex(self.info["stream_id"])[:8], "little")
        if answer.ident != self.ident:
            raise Violation("OPEN_OK belongs to another stream")
        self.keep(self.info)
        self.n_steps, self.seq = int(self.info["steps_per_epoch"]), 0
        if self.state["step"] == self.n_steps:
            self.state.update(epoch=self.state["epoch"] + 1, step=0)

    def close(self):
        if self.connection:
            self.connection.sock.close()
            self.connection = None

    @property
    def class_names(self):
        """Names of the classes in order, or None."""
        return self.info.get("class_names")

    def keep(self, said):
        """Remembers which stream and which data these are, and sees that they stay the same."""
        for key in ("stream_id", "content"):
            known, found = self.state.get(key), said.get(key)
            if known and found and known != found:
                raise Violation(f"{key} is {found}; due is {known}")
            if found:
                self.state[key] = found

    def check(self, frame):
        """Fails over a frame that is not the one due."""
        at = self.state["epoch"], self.state["step"]
        if frame.stream != 1 or frame.ident != self.ident:
            raise Violation("a frame of another stream")
        if frame.kind == BATCH and (frame.epoch, frame.step, frame.seq) != (*at, self.seq):
            raise Violation(f"epoch, step and number are {frame.epoch, frame.step, frame.seq}; due are {*at, self.seq}")
        if frame.kind == BATCH and bool(frame.flags & LAST) != (frame.step + 1 == self.n_steps):
            raise Violation("the end of the epoch is not where it belongs")
        if frame.kind == END_OF_EPOCH and (frame.epoch + 1, 0, frame.step) != (*at, self.n_steps):
            raise Violation(f"the end of epoch {frame.epoch} is not due")
        if frame.kind == CLOSED and not self.is_over():
            raise Violation("the daemon closed the stream before its end")

    def is_over(self):
        return self.end is not None and self.state["epoch"] >= self.end

    def receive(self):
        """The next frame of the stream; beyond a cut it goes on, until patience ends. None: all was
        handed out before the cut."""
        wait, until = 0.1, time.monotonic() + self.patience
        while self.connection or not self.is_over():
            try:
                if self.connection is None:
                    self.open()
                return self.connection.receive(BATCH, END_OF_EPOCH, CLOSED)
            except (OSError, Refused) as error:
                self.close()
                if self.is_over():
                    break
                if not getattr(error, "retry", True) or time.monotonic() > until:
                    raise
                time.sleep(max(wait, getattr(error, "wait", 0)))
                wait = min(2 * wait, 5)
        return None

    def take(self, frame):
        """Moves on behind a batch and lets the daemon send one more."""
        end = frame.step + 1 == self.n_steps
        self.state.update(epoch=frame.epoch + end, step=0 if end else frame.step + 1)
        self.seq += 1
        try:
            self.connection.send(CREDIT, stream=1, seq=self.seq + self.request["window"], ident=self.ident)
        except OSError:
            self.close()

    def __iter__(self):
        try:
            while (frame := self.receive()) is not None:
                self.check(frame)
                if frame.kind == CLOSED:
                    break
                if frame.kind == END_OF_EPOCH:
                    self.keep(frame.json())
                    continue
                self.take(frame)
                yield frame.epoch, frame.step, frame.payload
        finally:
            self.close()


def parse(batch):
    """Header, metadata and first byte behind the header of a batch."""
    start = 8 + int.from_bytes(batch[:8], "little")
    header = json.loads(batch[8:start])
    return header, header.pop("__metadata__", {}), start


def replaced(batch):
    """[row, index, replacement] of each damaged sample that another one stands in for."""
    return json.loads(parse(batch)[1].get("replaced", "[]"))


def tensors(info, batch):
    """Numbers of each tensor of a batch; of a ragged one in a list, an array for each sample."""
    (header, _, start), result = parse(batch), {}
    for name, part in header.items():
        first, end = part["data_offsets"]
        result[name] = array(TYPES[part["dtype"]], batch[start + first:start + end])
    for tensor in info["tensors"]:
        if tensor.get("ragged"):
            values, ends = result[tensor["name"]], result.pop(tensor["name"] + ".offsets")
            row = prod(tensor["shape"][1:])
            result[tensor["name"]] = [values[a * row:b * row] for a, b in zip(ends, ends[1:])]
    return result


def main(address, dataset=None, spec=None, epochs=1):
    if dataset is None:
        print(*served(address), sep="\n")
        return
    with open(spec, encoding="utf-8") as file:
        stream = Stream(address, dataset, file.read(), epochs=int(epochs))
    print(*stream.info["tensors"], stream.class_names or "no class names", sep="\n")
    for epoch, step, batch in stream:
        for name, values in tensors(stream.info, batch).items():
            print(epoch, step, name, [len(part) for part in values] if type(values) is list else len(values))
        for row, index, replacement in replaced(batch):
            print(epoch, step, f"row {row}: sample {index} is damaged, {replacement} stands in for it")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 5) or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
