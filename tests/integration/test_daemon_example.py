"""The client in plain Python receives what the command line makes, over every transport."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import png  # noqa: E402

TOP = os.environ["AUGD_SOURCE"]
BUILD = os.environ["AUGD_BUILD"]
EXAMPLE = os.path.join(TOP, "examples", "client.py")
sys.path.insert(0, os.path.dirname(EXAMPLE))
import client  # noqa: E402

DATASET = "syn=synthetic:count=50"
N_PHOTOS = 40
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
             "--listen", "tcp:127.0.0.1:0", "--dataset", DATASET,
             "--dataset", f"photos=image_folder:{folder}/photos"]
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
    streams = [list(client.Stream(address, "syn", SPEC, epochs=2)) for address in addresses]
    positions = [(epoch, step) for epoch in range(2) for step in range(4)]
    assert [batch[:2] for batch in streams[0]] == positions, streams[0]
    assert streams[0] == streams[1], "Unix and TCP differ"
    as_object = {"augd": 1, "seed": 3, "batch": {"size": 16}, "pipeline": [
        {"RandomResizedCrop": {"size": [24, 24]}}, {"HorizontalFlip": {"p": 0.5}}]}
    assert list(client.Stream(addresses[0], "syn", as_object, epochs=2)) == streams[0], "an object differs"
    for epoch, step, payload in streams[0]:
        expected = made_by_aug(folder, epoch, step)
        assert expected is None or payload == expected, f"epoch {epoch}, step {step} differs from aug batch"


def check_ranks(addresses):
    """The parts of three ranks, one after another, are the samples of the whole batches."""
    stream = client.Stream(addresses[0], "syn", SPEC, epochs=1)
    whole = [client.tensors(stream.info, batch) for _, _, batch in stream]
    assert [len(batch["index"]) for batch in whole] == [16, 16, 16, 2], whole
    parts = []
    for rank in range(3):
        stream = client.Stream(addresses[rank % 2], "syn", SPEC, epochs=1, rank=rank, world=3)
        assert (stream.info["batch"], stream.info["global_batch"]) == (6, 16), stream.info
        parts.append([client.tensors(stream.info, batch) for _, _, batch in stream])
    assert [len(part[3]["index"]) for part in parts] == [0, 1, 1], "parts of a batch of two"
    for step, batch in enumerate(whole):
        for name, values in batch.items():
            assert values == parts[0][step][name] + parts[1][step][name] + parts[2][step][name], (step, name)


def make_photos(folder):
    """Grey pictures, every eighth of which ends too early; the class is the remainder by two."""
    for i in range(N_PHOTOS):
        content = png.encode(10, 12, lambda x, y: i * 5 + x * y)
        place = os.path.join(folder, "photos", str(i % 2))
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, f"{i // 2:02d}.png"), "wb") as file:
            file.write(content[:-20] if i % 8 == 3 else content)


REPLACING = """augd: 1
seed: 4
dataset: photos
pipeline:
  - RandomResizedCrop: {size: [8, 8]}
batch: {size: 7, on_error: replace}
"""


def check_replaced(addresses, folder):
    """Damaged samples have stand-ins, the same over every transport and from the command line."""
    streams = [client.Stream(address, "photos", REPLACING, epochs=2) for address in addresses]
    info, batches = streams[0].info, list(streams[0])
    assert list(streams[1]) == batches, "Unix and TCP differ"
    damaged, shown = [], []
    for epoch, _, batch in batches:
        values, listed = client.tensors(info, batch), client.replaced(batch)
        shown += values["index"]
        for row, index, replacement in listed:
            assert values["index"][row] == replacement, listed
            damaged.append((epoch, index))
    assert len(shown) == 2 * N_PHOTOS, len(shown)
    # The second folder has the odd numbers; of these every fourth is damaged.
    expected = {20 + i // 2 for i in range(N_PHOTOS) if i % 8 == 3}
    assert sorted(damaged) == [(epoch, i) for epoch in range(2) for i in sorted(expected)], damaged
    assert not expected & set(shown), "a damaged sample is shown"
    spec = os.path.join(folder, "photos.yaml")
    with open(spec, "w", encoding="utf-8") as file:
        file.write(REPLACING)
    done = subprocess.run([sys.executable, EXAMPLE, addresses[0], "photos", spec, "1"],
                          capture_output=True, text=True, check=True)
    assert done.stdout.count("is damaged,") == len(expected), done.stdout
    check_digests(addresses, folder, spec, hashlib.sha256(b"".join(batch for *_, batch in batches)).hexdigest(),
                  2 * len(expected))


def check_digests(addresses, folder, spec, expected, n_replaced):
    """The command line makes, receives and counts the same."""
    aug = os.path.join(BUILD, "cli", "aug")
    if not os.path.exists(aug):
        return
    for place in (["--from", addresses[0]], ["--dataset", f"photos=image_folder:{folder}/photos", "--threads", "3"]):
        done = subprocess.run([aug, "digest", spec, "--epochs", "2", "--json", *place],
                              capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        assert (result["sha256"], result["replaced"]) == (expected, n_replaced), result


def check_log(lines, n_damaged):
    """The first replacements of a stream are named with their reason, all are counted at its end."""
    closed = [line for line in lines if line["event"] == "closed"]
    counts = [line["replaced"] for line in closed]
    assert counts.count(2 * n_damaged) >= 2, counts
    for line in (line for line in lines if line["event"] == "replaced"):
        assert ".png: " in line["message"] and line["index"] != line["replacement"], line
    by_connection = {}
    for line in (line for line in lines if line["event"] == "replaced"):
        by_connection.setdefault(line["connection"], []).append(line)
    assert by_connection and max(map(len, by_connection.values())) <= 8, by_connection


def check_program(addresses, folder):
    """The example as it is called."""
    done = subprocess.run([sys.executable, EXAMPLE, addresses[1], "syn", os.path.join(folder, "spec.yaml"), "1"],
                          capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 3 + 1 + 4 * 3, lines
    assert "'data'" in lines[0] and "[16, 3, 24, 24]" in lines[0] and "'chw'" in lines[0], lines[0]
    assert lines[3] == str([str(label) for label in range(10)]), lines[3]
    assert f"0 0 data {16 * 3 * 24 * 24}" in lines and "0 3 index 2" in lines, lines


def check_list(addresses):
    """What is served, by name; for people, the program prints it."""
    for address in addresses:
        found = client.served(address)
        assert [(row["name"], row["kind"], row["n_samples"], row["n_classes"]) for row in found] == [
            ("photos", "image_folder", str(N_PHOTOS), 2), ("syn", "synthetic", "50", 10)], found
        # It was opened before.
        assert found[1]["fingerprint"] == client.Stream(address, "syn", SPEC).info["fingerprint"], found
    done = subprocess.run([sys.executable, EXAMPLE, addresses[0]], capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"{row}\n" for row in client.served(addresses[0])), done.stdout


def check_refusal(addresses):
    try:
        client.Stream(addresses[0], "sin", SPEC.replace("dataset: syn\n", ""))
    except client.Refused as error:
        assert "syn" in str(error) and error.code == "NO_DATASET" and not error.retry, error
    else:
        raise AssertionError("an unknown data set is served")


def main():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "spec.yaml"), "w", encoding="utf-8") as file:
            file.write(SPEC)
        make_photos(folder)
        daemon, addresses = start(folder)
        try:
            check_streams(addresses, folder)
            check_ranks(addresses)
            check_program(addresses, folder)
            check_replaced(addresses, folder)
            check_list(addresses)
            check_refusal(addresses)
            daemon.send_signal(signal.SIGTERM)
            log = daemon.stderr.read()
            code = daemon.wait(20)
            assert code == 0, f"the daemon ends with {code}: {log}"
            check_log([json.loads(line) for line in log.splitlines()], N_PHOTOS // 8)
        finally:
            daemon.kill()
            daemon.wait()
            daemon.stderr.close()


main()
