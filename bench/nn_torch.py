#!/usr/bin/env python3
"""Training speed of PyTorch on the networks of bench_nn, channels-last, same optimizer and batch.

    nn_torch.py [NET] [THREADS] [SECONDS]
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def conv_bn(inputs, outputs, kernel=3, stride=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs)]


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.branch = nn.Sequential(*conv_bn(inputs, outputs, 3, stride), nn.ReLU(),
                                    *conv_bn(outputs, outputs))
        short = conv_bn(inputs, outputs, 1, stride) if stride > 1 else []
        self.shortcut = nn.Sequential(*short)

    def forward(self, x):
        return self.branch(x) + self.shortcut(x)


def trunk():
    return [*conv_bn(1, 16), nn.ReLU(), nn.MaxPool2d(2), *conv_bn(16, 32), nn.ReLU(),
            nn.MaxPool2d(2), *conv_bn(32, 64), nn.ReLU()]


NETS = {
    "lenet": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(3136, 128), nn.ReLU(), nn.Dropout(0.25), nn.Linear(128, 10)),
    "bn3": lambda: nn.Sequential(*trunk(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                 nn.Linear(64, 10)),
    "demo": lambda: nn.Sequential(*trunk(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(3136, 10)),
    "res8": lambda: nn.Sequential(
        *conv_bn(1, 16), nn.ReLU(), Residual(16, 16, 1), nn.ReLU(), Residual(16, 32, 2), nn.ReLU(),
        Residual(32, 64, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
}


def measure(net, duration, rounds=5, batch=128):
    net = net.to(memory_format=torch.channels_last).train()
    x = torch.rand(batch, 1, 28, 28).to(memory_format=torch.channels_last)
    labels = torch.arange(batch) * 7 % 10
    flat = [p for p in net.parameters() if p.ndim == 1]
    rest = [p for p in net.parameters() if p.ndim > 1]
    optimizer = torch.optim.SGD([{"params": rest, "weight_decay": 5e-4}, {"params": flat}],
                                lr=0.01, momentum=0.9, nesterov=True)
    best = cpu_best = 0.0
    for _ in range(rounds):
        start, cpu, steps = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - start < duration / rounds:
            optimizer.zero_grad()
            F.cross_entropy(net(x), labels).backward()
            optimizer.step()
            steps += 1
        best = max(best, steps * batch / (time.perf_counter() - start))
        cpu_best = max(cpu_best, steps * batch / (time.process_time() - cpu))
    return best, cpu_best


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    duration = float(sys.argv[3]) if len(sys.argv) > 3 else 2.0
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    for name, make in NETS.items():
        if wanted in ("all", name):
            rate, cpu_rate = measure(make(), duration)
            print(f"{name:6} torch {torch.__version__}, {threads} threads: {rate:6.0f} images/s, "
                  f"{cpu_rate:6.0f} per CPU second, {60000 / rate:5.1f} s for 60,000")


if __name__ == "__main__":
    main()
