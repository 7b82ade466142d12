"""A whole client of augd in 60 lines of plain Python, written from protocol/SPEC.md.

    python3 client.py unix:/run/augd.sock cifar spec.yaml 1      (prints each batch's header)
"""
import json, socket, struct, sys

HEADER = struct.Struct("<4sBBHIIQIIQQQQ")
HELLO, OPEN, CREDIT, BATCH, CLOSED, ERROR = 1, 5, 7, 8, 12, 13


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


def batches(address, dataset, spec, epochs=0, window=4):
    """Yields (epoch, step, safetensors bytes) of a stream; epochs 0: without end."""
    kind, _, place = address.partition(":")
    host, _, port = place.rpartition(":")
    sock = socket.socket(socket.AF_UNIX) if kind == "unix" else socket.socket()
    sock.connect(place if kind == "unix" else (host, int(port)))
    send(sock, HELLO, json.dumps({"proto": [1, 1], "client": "client.py/1"}).encode())
    receive(sock)
    request = {"dataset": dataset, "spec": spec, "epochs": epochs, "window": window}
    send(sock, OPEN, json.dumps(request).encode(), stream=1)
    stream_id = json.loads(receive(sock)[4])["stream_id"]
    ident = int.from_bytes(bytes.fromhex(stream_id)[:8], "little")
    while (frame := receive(sock))[0] != CLOSED:
        if frame[0] == BATCH:
            send(sock, CREDIT, stream=1, seq=frame[3] + 1 + window, ident=ident)
            yield frame[1], frame[2], frame[4]


if __name__ == "__main__":
    for epoch, step, batch in batches(*sys.argv[1:3], open(sys.argv[3]).read(), int(sys.argv[4])):
        print(epoch, step, json.loads(batch[8:8 + int.from_bytes(batch[:8], "little")]))
