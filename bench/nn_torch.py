#!/usr/bin/env python3
"""Training speed of PyTorch on the networks of examples, channels-last, same
optimizer and batch of 128.

    nn_torch.py [NET[,NET...]] [THREADS] [STEPS]
    nn_torch.py --serve

The median step counts. With --serve each line of input, "NET THREADS STEPS", is answered by a line
of JSON. Batches are picked from pictures that lie in memory as standardised floats.
"""
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH = 128
PICTURES = 8192
WARM_UP = 2


def conv(inputs, outputs, kernel=3, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


def conv_bn(inputs, outputs, kernel=3, stride=1):
    return [conv(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs)]


def conv_bn_relu(inputs, outputs):
    return [*conv_bn(inputs, outputs), nn.ReLU()]


class Sum(nn.Module):
    """Adds what a branch makes of its input to the input, or to what a shortcut makes of that."""

    def __init__(self, branch, shortcut=()):
        super().__init__()
        self.branch = nn.Sequential(*branch)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.branch(x) + self.shortcut(x)


def residual(inputs, outputs, stride):
    return Sum([*conv_bn(inputs, outputs, 3, stride), nn.ReLU(), *conv_bn(outputs, outputs)],
               conv_bn(inputs, outputs, 1, stride) if stride > 1 else [])


def lenet():
    return [nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(3136, 128), nn.ReLU(), nn.Dropout(0.25), nn.Linear(128, 10)]


def bn3():
    return [*conv_bn_relu(1, 16), nn.MaxPool2d(2), *conv_bn_relu(16, 32), nn.MaxPool2d(2),
            *conv_bn_relu(32, 64), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]


def mlp():
    return [nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 128),
            nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10)]


def res8():
    return [*conv_bn_relu(1, 16), residual(16, 16, 1), nn.ReLU(), residual(16, 32, 2), nn.ReLU(),
            residual(32, 64, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(64, 10)]


def wrn_stage(inputs, outputs, stride):
    bn_relu = lambda channels: [nn.BatchNorm2d(channels), nn.ReLU()]
    return [*bn_relu(inputs),
            Sum([conv(inputs, outputs, 3, stride), *bn_relu(outputs), conv(outputs, outputs)],
                [conv(inputs, outputs, 1, stride)]),
            Sum([*bn_relu(outputs), conv(outputs, outputs), *bn_relu(outputs),
                 conv(outputs, outputs)])]


def wrn_16_4():
    return [conv(3, 16), *wrn_stage(16, 64, 1), *wrn_stage(64, 128, 2), *wrn_stage(128, 256, 2),
            nn.BatchNorm2d(256), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(256, 10)]


def resnet9():
    twice = lambda channels: Sum([*conv_bn_relu(channels, channels),
                                  *conv_bn_relu(channels, channels)])
    return [*conv_bn_relu(3, 64), *conv_bn_relu(64, 128), nn.MaxPool2d(2), twice(128),
            *conv_bn_relu(128, 256), nn.MaxPool2d(2), *conv_bn_relu(256, 512), nn.MaxPool2d(2),
            twice(512), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(512, 10)]


NETS = {"lenet": lenet, "bn3": bn3, "mlp": mlp, "res8": res8, "wrn_16_4": wrn_16_4, "resnet9": resnet9}
COLOR = {"wrn_16_4", "resnet9"}


class Training:
    """A network with its optimizer and pictures."""

    def __init__(self, name):
        torch.manual_seed(1)
        shape = (3, 32, 32) if name in COLOR else (1, 28, 28)
        self.net = nn.Sequential(*NETS[name]()).to(memory_format=torch.channels_last).train()
        flat = [p for p in self.net.parameters() if p.ndim == 1]
        rest = [p for p in self.net.parameters() if p.ndim > 1]
        self.optimizer = torch.optim.SGD([{"params": rest, "weight_decay": 5e-4}, {"params": flat}],
                                         lr=0.01, momentum=0.9, nesterov=True)
        self.x = torch.rand(PICTURES, *shape)
        self.labels = torch.arange(PICTURES) * 7 % 10
        self.parameters = sum(p.numel() for p in self.net.parameters())

    def step(self):
        pick = torch.randint(PICTURES, (BATCH,))
        batch = self.x[pick].contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(self.net(batch), self.labels[pick])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


def measure(training, threads, steps):
    """Median seconds of a step, and processor seconds of a step on average."""
    torch.set_num_threads(threads)
    for _ in range(WARM_UP):
        training.step()
    times, cpu = [], time.process_time()
    for _ in range(steps):
        start = time.perf_counter()
        training.step()
        times.append(time.perf_counter() - start)
    return {"step_s": statistics.median(times), "cpu_s": (time.process_time() - cpu) / steps,
            "parameters": training.parameters, "version": torch.__version__}


def serve():
    known = {}
    for line in sys.stdin:
        name, threads, steps = line.split()
        if name not in known:
            known[name] = Training(name)
        print(json.dumps(measure(known[name], int(threads), int(steps))), flush=True)


def main():
    if sys.argv[1:] == ["--serve"]:
        return serve()
    names = sys.argv[1].split(",") if len(sys.argv) > 1 else list(NETS)
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    for name in names:
        result = measure(Training(name), threads, steps)
        print(f"{name:8} torch {result['version']}, {threads} threads: "
              f"{BATCH / result['step_s']:7.0f} images/s, {BATCH / result['cpu_s']:7.0f} per "
              "processor second")


if __name__ == "__main__":
    main()
