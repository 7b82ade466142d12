"""examples/pytorch.py under DataLoader: whole epochs, where a checkpoint was, ranks that are joined, and
no batch twice by workers."""
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import png  # noqa: E402

TOP, BUILD = os.environ["AUGD_SOURCE"], os.environ["AUGD_BUILD"]
sys.path.insert(0, os.path.join(TOP, "examples"))
try:
    import torch
    from torch.utils.data import DataLoader
except ImportError:
    print("skipped: PyTorch is not installed")
    sys.exit(77)
import pytorch  # noqa: E402

SPEC = "augd: 1\nseed: 3\ndataset: rows\npipeline: [{Resize: [5, 6]}, {HorizontalFlip: {p: 0.5}}]\nbatch: {size: 8}\n"
COUNT, STEPS = 20, 3


def write_rows(folder):
    """Rows with boxes whose number differs from sample to sample, none in some."""
    with open(os.path.join(folder, "rows.jsonl"), "w", encoding="utf-8") as rows:
        for i in range(COUNT):
            with open(os.path.join(folder, f"{i}.png"), "wb") as file:
                file.write(png.encode(5, 6, lambda x, y, i=i: i + 7 * x * y))
            boxes = [[k, 0, k + 1, 4] for k in range(i % 3)]
            rows.write(json.dumps({"image": f"{i}.png", "label": i % 4, "boxes": boxes}) + "\n")


def batches(dataset):
    return list(DataLoader(dataset, batch_size=None))


def same(left, right):
    """Whether two values of batches are equal, whatever they are made of."""
    if isinstance(left, torch.Tensor):
        return left.dtype == right.dtype and torch.equal(left, right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        # A state tells, too, what the daemon knows of its data by then.
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left if key != "state")
    return left == right


def check_epochs(open_dataset):
    dataset = open_dataset(epochs=2)
    whole = batches(dataset)
    assert [len(batch["label"]) for batch in whole] == 2 * [8, 8, 4]
    first = whole[0]
    assert first["data"].shape == (8, 3, 5, 6) and first["data"].dtype == torch.float32, first["data"]
    assert [list(boxes.shape) for boxes in first["boxes"]] == [[int(i) % 3, 4] for i in first["index"]], first["boxes"]
    assert sorted(sum((batch["index"].tolist() for batch in whole[:STEPS]), [])) == list(range(COUNT))
    assert same(batches(open_dataset(epochs=1)), whole[:STEPS])
    # Another iteration is the next epoch.
    dataset = open_dataset(epochs=1)
    assert same(batches(dataset) + batches(dataset), whole)
    # From every checkpoint on.
    for i in range(STEPS - 1):
        assert same(batches(open_dataset(epochs=1, state=whole[i]["state"])), whole[i + 1:STEPS]), i
    return whole


def check_ranks(open_dataset, whole):
    parts = [batches(open_dataset(epochs=2, rank=rank, world=3)) for rank in range(3)]
    for step, batch in enumerate(whole):
        for name in ("data", "label", "index"):
            assert torch.equal(torch.cat([part[step][name] for part in parts]), batch[name]), (step, name)
        assert same(sum((part[step]["boxes"] for part in parts), []), batch["boxes"]), step


def check_workers(open_dataset):
    for n in (1, 2):
        try:
            list(DataLoader(open_dataset(), batch_size=None, num_workers=n))
        except RuntimeError as error:
            assert f"num_workers={n}" in str(error) and "num_workers=0" in str(error), error
        else:
            raise AssertionError(f"{n} workers are no error")


def main():
    with tempfile.TemporaryDirectory() as folder:
        write_rows(folder)
        address = f"unix:{folder}/augd.sock"
        words = [os.path.join(BUILD, "augd", "augd"), "--listen", address, "--dataset",
                 f"rows=jsonl:{folder}/rows.jsonl,boxes=boxes"]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as daemon:
            try:
                assert '"listening"' in daemon.stderr.readline()

                def open_dataset(**options):
                    return pytorch.AugdDataset(address, "rows", SPEC, **options)
                check_ranks(open_dataset, check_epochs(open_dataset))
                check_workers(open_dataset)
            finally:
                daemon.terminate()


main()
