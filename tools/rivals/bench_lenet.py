#!/usr/bin/python3
"""LeNet-5 of graphs/lenet.yaml in PyTorch, eager, as its users write it: a rival of tools/bench networks.

    bench_lenet.py IMAGES LABELS EPOCHS

Prints an epoch a line, as bench_torch.py does. Pictures stand in memory as floats, channels
first, as PyTorch wants them; neither hits are counted nor is the loss of each step looked at.
"""
import sys

import torch
from torch import nn

sys.dont_write_bytecode = True  # no __pycache__ among the tools
from bench_torch import read_idx, train  # noqa: E402


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: bench_lenet.py IMAGES LABELS EPOCHS")
    images = read_idx(sys.argv[1]).reshape(-1, 1, 28, 28).float() / 255
    digits = read_idx(sys.argv[2]).flatten().long()
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), images, digits, 64, int(sys.argv[3]))


if __name__ == "__main__":
    main()
