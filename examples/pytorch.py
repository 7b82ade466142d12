"""Batches of augd as a PyTorch data set, for torch.utils.data.DataLoader.

    dataset = AugdDataset("unix:/run/augd.sock", "train", open("spec.yaml").read(), epochs=10)
    for batch in DataLoader(dataset, batch_size=None):
        loss = train(batch["data"], batch["label"])
        checkpoint(model, data=batch["state"])            # names the batch behind this one

    dataset = AugdDataset(..., state=saved["data"])       # goes on there, with the same bytes

The daemon makes the batches ahead, mixes and shuffles them: batch_size is None, shuffle is not given,
and num_workers is 0. Under torch.distributed each process gets its rank's part of every batch.
"""
import math

import torch
import torch.distributed
from torch.utils.data import IterableDataset, get_worker_info

import client

TYPES = {"U8": torch.uint8, "U16": torch.uint16, "I32": torch.int32, "I64": torch.int64, "F32": torch.float32}


def rank_and_world():
    """This process's part of every batch, or nothing where there is only one process."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return {"rank": torch.distributed.get_rank(), "world": torch.distributed.get_world_size()}
    return {}


def tensors(batch, ragged):
    """Tensors over the memory of a batch; of those in ragged a list with a tensor for each sample."""
    header, _, start = client.parse(batch)
    result = {}
    for name, part in header.items():
        count = math.prod(part["shape"])
        flat = (torch.frombuffer(batch, dtype=TYPES[part["dtype"]], count=count, offset=start + part["data_offsets"][0])
                if count else torch.empty(0, dtype=TYPES[part["dtype"]]))
        result[name] = flat.reshape(part["shape"])
    for name in ragged:
        ends = result.pop(name + ".offsets")
        result[name] = list(torch.split(result[name], (ends[1:] - ends[:-1]).tolist()))
    return result


class AugdDataset(IterableDataset):
    """Each item is a whole batch: a dict of tensors, of lists of tensors where samples differ in how
    many rows they have, and `state`, what a checkpoint keeps to go on behind this batch.

    epochs: how many passes one iteration makes, 0 without end. Another iteration goes on where the
    one before ended, so that the usual loop over epochs sees every epoch once. options: those of
    client.Stream, such as seed=7, names=True; rank and world are those of torch.distributed."""

    def __init__(self, address, dataset, spec, epochs=1, state=None, **options):
        super().__init__()
        self.arguments = address, dataset, spec
        self.epochs, self.state = epochs, dict(state or {})
        self.options = {**rank_and_world(), **options}

    def __iter__(self):
        worker = get_worker_info()
        if worker is not None:
            raise RuntimeError(f"num_workers={worker.num_workers}: every worker would receive all batches, and none "
                               "would remember its position; give num_workers=0, augd has threads of its own")
        stream = client.Stream(*self.arguments, state=self.state, epochs=self.epochs, **self.options)
        ragged = [tensor["name"] for tensor in stream.info["tensors"] if tensor.get("ragged")]
        for _, _, batch in stream:
            self.state = dict(stream.state)
            yield {**tensors(batch, ragged), "state": dict(self.state)}
        self.state = dict(stream.state)
