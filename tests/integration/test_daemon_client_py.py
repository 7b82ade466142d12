"""The client in plain Python goes on where it was, whatever happens to daemons and connections, and
fails loudly over frames that break the protocol or are not due."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
TOP, BUILD = os.environ["AUGD_SOURCE"], os.environ["AUGD_BUILD"]
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

SPEC = "augd: 1\nseed: 3\npipeline: [{RandomCrop: 8}]\nbatch: {size: 8}\n"
STEPS = 7
STREAM_ID = "0123456789abcdef" + "0" * 48
INFO = {"stream_id": STREAM_ID, "fingerprint": "1" * 64, "engine": "e", "batch": 1, "batch_bytes": "100",
        "steps_per_epoch": "2", "n_samples": "2", "n_classes": 0, "tensors": []}


class Daemon:
    """augd on one socket, as often as it is started."""

    def __init__(self, folder):
        self.address = f"unix:{folder}/augd.sock"
        self.start()

    def start(self):
        self.process = subprocess.Popen([os.path.join(BUILD, "augd", "augd"), "--listen", self.address, "--drain-ms",
                                         "100", "--dataset", "syn=synthetic:count=50"], stderr=subprocess.PIPE,
                                        text=True)
        assert '"listening"' in self.process.stderr.readline()

    def stop(self, number):
        self.process.send_signal(number)
        self.process.communicate(timeout=30)


def check_restarts(daemon):
    """Killed, stopped and cut at different places, the batches are those of an undisturbed stream."""
    whole = list(client.Stream(daemon.address, "syn", SPEC, epochs=4))
    assert [batch[:2] for batch in whole] == [(e, s) for e in range(4) for s in range(STEPS)], whole
    got, stream = [], client.Stream(daemon.address, "syn", SPEC, epochs=4, window=2)
    disturb = {3: lambda: daemon.stop(signal.SIGKILL), 6: lambda: daemon.stop(signal.SIGTERM),
               13: lambda: stream.connection.sock.shutdown(socket.SHUT_RDWR), 14: lambda: daemon.stop(signal.SIGKILL),
               27: lambda: daemon.stop(signal.SIGKILL)}
    for batch in stream:
        got.append(batch)
        if len(got) - 1 in disturb:
            disturb[len(got) - 1]()
            if daemon.process.poll() is not None:
                daemon.start()
    assert got == whole, [batch[:2] for batch in got]


def check_positions(daemon):
    """A stream opened at any state has the rest of the batches, and the state names the next one."""
    stream = client.Stream(daemon.address, "syn", SPEC, epochs=3)
    whole, states = [], []
    for batch in stream:
        whole.append(batch)
        states.append(dict(stream.state))
    for i, state in enumerate(states[:-1]):
        assert list(client.Stream(daemon.address, "syn", SPEC, state=state, epochs=3 - state["epoch"])) == whole[i + 1:]
    assert (states[-1]["epoch"], states[-1]["step"]) == (3, 0), states[-1]
    try:
        client.Stream(daemon.address, "syn", SPEC, state={**states[0], "stream_id": "0" * 64})
    except client.Refused as error:
        assert not error.retry and error.code in ("SPEC_CHANGED", "DATASET_CHANGED"), error.code
    else:
        raise AssertionError("another stream goes on")


def check_patience(daemon):
    """A daemon that does not come back is an error, and a wrong address one at once."""
    stream = iter(client.Stream(daemon.address, "syn", SPEC, patience=0.3))
    next(stream)
    daemon.stop(signal.SIGKILL)
    for action in (lambda: list(stream), lambda: client.Stream(daemon.address, "syn", SPEC)):
        try:
            action()
        except OSError:
            continue
        raise AssertionError("there is no daemon, and nothing is said")


def frame(kind, payload=b"", damage=b"", **given):
    """A frame as the server sends it."""
    fields = {"version": 1, "flags": 0, "stream": 1, "length": len(payload), "epoch": 0, "step": 0, "seq": 0, "arg": 0,
              "ident": int.from_bytes(bytes.fromhex(STREAM_ID)[:8], "little"), **given}
    values = [b"AUGG", fields["version"], kind, fields["flags"], fields["stream"], 0, fields["length"], 0,
              fields["epoch"], fields["step"], fields["seq"], fields["arg"], fields["ident"]]
    values[5] = client.crc32c(client.HEADER.pack(*values))
    header = client.HEADER.pack(*values)
    return damage + header[len(damage):] + payload


def serve(listener, frames):
    """One connection: greeting, OPEN_OK, then these bytes."""
    with listener.accept()[0] as sock:
        hello = {"proto": 1, "server": "fake/1", "features": [], "limits": {"batch": "1000"}}
        sock.sendall(frame(client.HELLO_OK, json.dumps(hello).encode(), stream=0, ident=0))
        sock.sendall(frame(client.OPEN_OK, json.dumps(INFO).encode()) + b"".join(frames))
        sock.shutdown(socket.SHUT_WR)
        try:
            while sock.recv(4096):
                pass
        except ConnectionResetError:
            pass


FIRST = frame(client.BATCH, b"x")
SECOND = frame(client.BATCH, b"y", flags=client.LAST, step=1, seq=1)
END = frame(client.END_OF_EPOCH, step=2)
RIGHT = [FIRST, SECOND, END, frame(client.CLOSED)]
WRONG = {
    "the first batch twice": [FIRST, FIRST],
    "another epoch": [frame(client.BATCH, b"x", epoch=1)],
    "another step": [frame(client.BATCH, b"x", step=1)],
    "a number left out": [frame(client.BATCH, b"x", seq=1)],
    "another stream's ident": [frame(client.BATCH, b"x", ident=5)],
    "stream 0": [frame(client.BATCH, b"x", stream=0)],
    "the end too early": [frame(client.BATCH, b"x", flags=client.LAST)],
    "no end": [FIRST, frame(client.BATCH, b"y", step=1, seq=1)],
    "the epoch's end too early": [FIRST, frame(client.END_OF_EPOCH, step=1)],
    "another epoch's end": [FIRST, SECOND, frame(client.END_OF_EPOCH, step=2, epoch=1)],
    "closed too early": [FIRST, frame(client.CLOSED)],
    "other content": [FIRST, SECOND, frame(client.END_OF_EPOCH, b'{"content": "%s"}' % (b"2" * 64), step=2)],
    "a damaged header": [frame(client.BATCH, b"x", damage=b"AUGG\1\7")],
    "other magic": [b"HTTP" + FIRST[4:]],
    "version 2": [frame(client.BATCH, b"x", version=2)],
    "an unknown flag": [frame(client.BATCH, b"x", flags=2)],
    "a damaged payload": [frame(client.BATCH, b"x", flags=client.CRC)],
    "more than a batch may have": [frame(client.BATCH, length=1001)],
    "an unknown type": [frame(100)],
    "a second greeting": [frame(client.HELLO_OK, b"{}", stream=0)],
}


def receive_from(folder, name, frames):
    """What a client makes of these frames."""
    with socket.socket(socket.AF_UNIX) as listener:
        path = f"{folder}/{name}.sock"
        listener.bind(path)
        listener.listen(1)
        thread = threading.Thread(target=serve, args=(listener, frames))
        thread.start()
        try:
            return [bytes(batch) for *_, batch in client.Stream(f"unix:{path}", "d", "s", epochs=1, patience=0,
                                                                state={"content": "1" * 64})]
        finally:
            thread.join()


def check_violations(folder):
    assert receive_from(folder, "right", RIGHT) == [b"x", b"y"]
    skipped = [frame(200, b"abc", stream=0, ident=0), frame(client.PING, stream=0, arg=7, ident=0)]
    assert receive_from(folder, "skip", skipped + RIGHT) == [b"x", b"y"], "what may be skipped"
    assert receive_from(folder, "cut", [FIRST, SECOND]) == [b"x", b"y"], "a cut behind the last batch"
    for i, (name, frames) in enumerate(WRONG.items()):
        try:
            receive_from(folder, str(i), frames)
        except client.Violation:
            continue
        raise AssertionError(f"{name}: nothing is said")


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_violations(folder)
        daemon = Daemon(folder)
        try:
            check_positions(daemon)
            check_restarts(daemon)
            check_patience(daemon)
        finally:
            daemon.process.kill()
            daemon.process.wait()


main()
