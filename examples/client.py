"""A whole client of augd in plain Python, written from protocol/SPEC.md.

    python3 client.py unix:/run/augd.sock cifar spec.yaml 1      (prints what is in each batch)
"""
import json, socket, struct, sys
from array import array
from math import prod

HEADER = struct.Struct("<4sBBHIIQIIQQQQ")
HELLO, OPEN, CREDIT, BATCH, END_OF_EPOCH, CLOSED, ERROR = 1, 5, 7, 8, 10, 12, 13
TYPES = {"U8": "B", "U16": "H", "I32": "i", "I64": "q", "F32": "f"}


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def send(sock, kind, payload=b"", stream=0, seq=0, ident=0):
    fields = [b"AUGG", 1, kind, 0, stream, 0, len(payload), 0, 0, 0, seq, 0, ident]
    fields[5] = crc32c(HEADER.pack(*fields))
    sock.sendall(HEADER.pack(*fields) + payload)


def receive(sock):
    """One frame: type, epoch, step, seq, payload."""
    fields = list(HEADER.unpack(sock.recv(64, socket.MSG_WAITALL)))
    crc, fields[5] = fields[5], 0
    if fields[0] != b"AUGG" or crc != crc32c(HEADER.pack(*fields)):
        raise ValueError("damaged frame")
    payload = bytearray(fields[6])
    if payload and sock.recv_into(payload, len(payload), socket.MSG_WAITALL) != len(payload):
        raise ConnectionError("the server closed the connection")
    if fields[2] == ERROR:
        raise RuntimeError(json.loads(payload)["message"])
    return fields[2], fields[8], fields[9], fields[10], payload


def stream(address, dataset, spec, window=4, **options):
    """What OPEN_OK says of a stream, and its batches: (epoch, step, safetensors bytes).

    options: other keys of OPEN: epochs=1, names=True, class_names=True, rank=0 with world=8."""
    kind, _, place = address.partition(":")
    sock = socket.socket(socket.AF_UNIX) if kind == "unix" else socket.socket()
    sock.connect(place if kind == "unix" else (place.rpartition(":")[0], int(place.rpartition(":")[2])))
    hello = {"proto": [1, 1], "client": "client.py/1", "features": ["tensors"],
             "require": ["ranks"] if "world" in options else []}
    send(sock, HELLO, json.dumps(hello).encode())
    receive(sock)
    request = {"dataset": dataset, "spec": spec, "window": window, **options}
    send(sock, OPEN, json.dumps(request).encode(), stream=1)
    info = json.loads(receive(sock)[4])
    return info, batches(sock, info, int.from_bytes(bytes.fromhex(info["stream_id"])[:8], "little"), window)


def batches(sock, info, ident, window):
    while (frame := receive(sock))[0] != CLOSED:
        if frame[0] == BATCH:
            send(sock, CREDIT, stream=1, seq=frame[3] + 1 + window, ident=ident)
            yield frame[1], frame[2], frame[4]
        elif frame[0] == END_OF_EPOCH and frame[4]:
            info.update(json.loads(frame[4]))


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


if __name__ == "__main__":
    info, received = stream(*sys.argv[1:3], open(sys.argv[3]).read(), epochs=int(sys.argv[4]))
    print(*info["tensors"], info.get("class_names", "no class names"), sep="\n")
    for epoch, step, batch in received:
        for name, values in tensors(info, batch).items():
            print(epoch, step, name, [len(part) for part in values] if type(values) is list else len(values))
        for row, index, replacement in replaced(batch):
            print(epoch, step, f"row {row}: sample {index} is damaged, {replacement} stands in for it")
