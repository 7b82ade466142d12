"""The short client in Python receives what the command line makes, over every transport."""
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TOP = os.environ["AUGD_SOURCE"]
BUILD = os.environ["AUGD_BUILD"]
EXAMPLE = os.path.join(TOP, "examples", "client.py")
sys.path.insert(0, os.path.dirname(EXAMPLE))
import client  # noqa: E402

DATASET = "syn=synthetic:count=50"
SPEC = """augd: 1
seed: 3
dataset: syn
pipeline:
  - RandomResizedCrop: {size: [24, 24]}
  - HorizontalFlip: {p: 0.5}
batch: {size: 16}
"""


def start(folder):
    """A daemon and the addresses where it listens."""
    words = [os.path.join(BUILD, "augd", "augd"), "--listen", f"unix:{folder}/augd.sock",
             "--listen", "tcp:127.0.0.1:0", "--dataset", DATASET]
    daemon = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    addresses = [json.loads(daemon.stderr.readline())["address"] for _ in range(2)]
    return daemon, addresses


def made_by_aug(folder, epoch, step):
    """The same batch from the command line; None where it is not built."""
    aug = os.path.join(BUILD, "cli", "aug")
    if not os.path.exists(aug):
        return None
    out = os.path.join(folder, f"{epoch}-{step}.safetensors")
    subprocess.run([aug, "batch", os.path.join(folder, "spec.yaml"), "--dataset", DATASET, "--epoch", str(epoch),
                    "--step", str(step), "-o", out], check=True, stdout=subprocess.DEVNULL)
    with open(out, "rb") as file:
        return file.read()


def check_streams(addresses, folder):
    """Every batch of two epochs, twice, against the command line's."""
    streams = [list(client.stream(address, "syn", SPEC, epochs=2)[1]) for address in addresses]
    positions = [(epoch, step) for epoch in range(2) for step in range(4)]
    assert [batch[:2] for batch in streams[0]] == positions, streams[0]
    assert streams[0] == streams[1], "Unix and TCP differ"
    as_object = {"augd": 1, "seed": 3, "batch": {"size": 16}, "pipeline": [
        {"RandomResizedCrop": {"size": [24, 24]}}, {"HorizontalFlip": {"p": 0.5}}]}
    assert list(client.stream(addresses[0], "syn", as_object, epochs=2)[1]) == streams[0], "an object differs"
    for epoch, step, payload in streams[0]:
        expected = made_by_aug(folder, epoch, step)
        assert expected is None or payload == expected, f"epoch {epoch}, step {step} differs from aug batch"


def check_ranks(addresses):
    """The parts of three ranks, one after another, are the samples of the whole batches."""
    info, whole = client.stream(addresses[0], "syn", SPEC, epochs=1)
    whole = [client.tensors(info, batch) for _, _, batch in whole]
    assert [len(batch["index"]) for batch in whole] == [16, 16, 16, 2], whole
    parts = []
    for rank in range(3):
        info, received = client.stream(addresses[rank % 2], "syn", SPEC, epochs=1, rank=rank, world=3)
        assert (info["batch"], info["global_batch"]) == (6, 16), info
        parts.append([client.tensors(info, batch) for _, _, batch in received])
    assert [len(part[3]["index"]) for part in parts] == [0, 1, 1], "parts of a batch of two"
    for step, batch in enumerate(whole):
        for name, values in batch.items():
            assert values == parts[0][step][name] + parts[1][step][name] + parts[2][step][name], (step, name)


def check_program(addresses, folder):
    """The example as it is called."""
    done = subprocess.run([sys.executable, EXAMPLE, addresses[1], "syn", os.path.join(folder, "spec.yaml"), "1"],
                          capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 3 + 1 + 4 * 3, lines
    assert "'data'" in lines[0] and "[16, 3, 24, 24]" in lines[0] and "'chw'" in lines[0], lines[0]
    assert lines[3] == str([str(label) for label in range(10)]), lines[3]
    assert f"0 0 data {16 * 3 * 24 * 24}" in lines and "0 3 index 2" in lines, lines


def check_refusal(addresses):
    try:
        list(client.stream(addresses[0], "sin", SPEC.replace("dataset: syn\n", "")))
    except RuntimeError as error:
        assert "syn" in str(error), error
    else:
        raise AssertionError("an unknown data set is served")


def main():
    with open(EXAMPLE, encoding="utf-8") as file:
        n_lines = len(file.read().splitlines())
    assert n_lines <= 90, f"the example has {n_lines} lines"
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "spec.yaml"), "w", encoding="utf-8") as file:
            file.write(SPEC)
        daemon, addresses = start(folder)
        try:
            check_streams(addresses, folder)
            check_ranks(addresses)
            check_program(addresses, folder)
            check_refusal(addresses)
            daemon.send_signal(signal.SIGTERM)
            code = daemon.wait(20)
            assert code == 0, f"the daemon ends with {code}: {daemon.stderr.read()}"
        finally:
            daemon.kill()
            daemon.wait()
            daemon.stderr.close()


main()
