"""Tensors that no program here knows by name, from a daemon to the short client and to aug."""
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TOP = os.environ["AUGD_SOURCE"]
TOYS = os.path.join(os.environ["AUGD_BUILD"], "tests")
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

COUNT, SIZE = 23, 5
SPEC = """augd: 1
seed: 11
dataset: toys
pipeline: [{first}]
batch: {{size: 5, shuffle: false}}
"""
PLAIN = SPEC.replace("{first}", "").replace("{{", "{").replace("}}", "}")


def start(folder):
    """A daemon that serves toys, and its address."""
    address = f"unix:{folder}/augd.sock"
    daemon = subprocess.Popen([os.path.join(TOYS, "augd_toy"), "--listen", address, "--dataset",
                               f"toys=toy_pairs:count={COUNT}"], stderr=subprocess.PIPE, text=True)
    assert json.loads(daemon.stderr.readline())["event"] == "listening"
    return daemon, address


def equal(found, expected, what):
    assert found == expected, f"{what}\n  found:    {found!r}\n  expected: {expected!r}"


def check_info(info):
    """The list of tensors is that of the plan."""
    listed = [(t["name"], t["dtype"], t["shape"], t["axes"], t.get("ragged", False)) for t in info["tensors"]]
    boxes = next(t["shape"][0] for t in info["tensors"] if t["name"] == "boxes")
    equal([t for t in listed if t[0] not in ("ids", "name")],
          [("data", "U8", [SIZE, 2, 4, 4], "chw", False), ("boxes", "F32", [boxes, 4], "n4", True),
           ("label", "I64", [SIZE], "", False), ("index", "I64", [SIZE], "", False)], "tensors")
    equal([t[1::3] for t in listed if t[0] in ("ids", "name")], [("I32", True), ("U8", True)], "ragged tensors")
    equal(boxes % SIZE, 0, "boxes of a full batch")
    equal(info["class_names"], ["0", "1", "2"], "class names")


def check_values(address):
    """Every number of an epoch without operations is known from its sample's number."""
    stream = client.Stream(address, "toys", PLAIN, epochs=1, names=True, class_names=True)
    info, seen = stream.info, 0
    check_info(info)
    for _, step, batch in stream:
        header = json.loads(batch[8:8 + int.from_bytes(batch[:8], "little")])
        equal(json.loads(header["__metadata__"]["class_names"]), info["class_names"], "metadata")
        found = client.tensors(info, batch)
        n = min(SIZE, COUNT - SIZE * step)
        for i, index in enumerate(range(SIZE * step, SIZE * step + n)):
            boxes = [[b + 0.25, b + 0.25, b + 1.5, b + 1.5] for b in range(index % 6)]
            equal(found["boxes"][i].tolist(), sum(boxes, []), f"boxes of {index}")
            equal(bytes(found["ids"][i].tolist()).decode(), f"toy number {index}", f"text of {index}")
            equal(found["name"][i].tobytes().decode(), f"#{index}", f"name of {index}")
            equal(found["data"][32 * i:32 * i + 32].tolist(), [(index * 7 + p) % 256 for p in range(32)],
                  f"pixels of {index}")
            equal((found["label"][i], found["index"][i]), (index % 3, index), f"class of {index}")
        equal(len(found["boxes"]), n, f"samples of step {step}")
        seen += n
    equal(seen, COUNT, "samples of an epoch")


def check_refusals(address):
    """What cannot be understood, or is not known, is refused with its name."""
    plain = {"proto": [1, 1], "client": "old/1"}
    for hello, wanted in ((plain, ("ragged tensor \"boxes\"", "\"tensors\"")),
                          ({**plain, "require": ["tensors", "warp"]}, ("\"warp\"", "crc, ping, tensors, ranks"))):
        connection = client.Connection(address)
        connection.send(client.HELLO, json.dumps(hello).encode())
        try:
            connection.receive(client.HELLO_OK)
            connection.send(client.OPEN, json.dumps({"spec": PLAIN}).encode(), stream=1)
            connection.receive(client.OPEN_OK)
        except client.Refused as error:
            assert all(words in str(error) for words in wanted), error
        else:
            raise AssertionError(f"{hello} is served")
        finally:
            connection.sock.close()


def check_programs(address, folder):
    """aug's batches are the daemon's, made here or fetched, and the example says what is in them."""
    spec, batch = os.path.join(folder, "spec.yaml"), os.path.join(folder, "b.safetensors")
    with open(spec, "w", encoding="utf-8") as file:
        file.write(SPEC.format(first="ToyShift, ToyTurn").replace("shuffle: false", "shuffle: true"))
    with open(spec, encoding="utf-8") as file:
        text = file.read()
    for options in ({}, {"names": True}, {"class_names": True}):
        words = ["--" + name.replace("_", "-") for name in options]
        expected = [bytes(content) for *_, content in client.Stream(address, "toys", text, epochs=1, **options)]
        for where in (["--from", address], ["--dataset", f"toys=toy_pairs:count={COUNT}"]):
            subprocess.run([os.path.join(TOYS, "aug_toy"), "batch", spec, *where, *words, "--step", "2", "-o", batch],
                           check=True, stdout=subprocess.DEVNULL)
            with open(batch, "rb") as file:
                equal(file.read() == expected[2], True, f"batch {where} {words}")
    done = subprocess.run([sys.executable, client.__file__, address, "toys", spec, "1"], capture_output=True,
                          text=True, check=True)
    assert "0 0 turn 5\n" in done.stdout and "0 4 boxes [" in done.stdout, done.stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        daemon, address = start(folder)
        try:
            check_values(address)
            check_refusals(address)
            check_programs(address, folder)
            daemon.send_signal(signal.SIGTERM)
            equal(daemon.wait(20), 0, "exit code of the daemon")
        finally:
            daemon.kill()
            daemon.wait()
            daemon.stderr.close()


main()
