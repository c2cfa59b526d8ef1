#!/usr/bin/python3
"""The rival of graphs/char-transformer.yaml in PyTorch: the same network on the same windows of a text, eager, as
PyTorch's users write it where speed matters.

    bench_transformer.py TEXT EPOCHS

Prints the seconds of each epoch, shuffling apart, as graph-runner counts them, and the mean loss of its steps. Threads are
left to the environment (OMP_NUM_THREADS, OPENBLAS_NUM_THREADS).
"""
import json
import math
import sys
import time

import torch
from torch import nn

LENGTH, CLASSES, UNITS, HEADS, WIDE, LAYERS = 64, 96, 128, 4, 512, 2
BATCH, RATE, WARM, PLANNED, TEST = 32, 0.002, 100, 4, 0.1


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(UNITS), nn.LayerNorm(UNITS)
        self.qkv = nn.Linear(UNITS, 3 * UNITS)  # the three products in one, as is usual
        self.mixed = nn.Linear(UNITS, UNITS)
        self.hidden, self.narrow = nn.Linear(UNITS, WIDE), nn.Linear(WIDE, UNITS)
        self.register_buffer("unseen", torch.ones(LENGTH, LENGTH).triu(1).bool())

    def forward(self, x):
        batch = len(x)
        q, k, v = (t.view(batch, LENGTH, HEADS, -1).transpose(1, 2) for t in self.qkv(self.norm1(x)).split(UNITS, 2))
        p = (q @ k.transpose(2, 3) / math.sqrt(UNITS // HEADS)).masked_fill(self.unseen, -math.inf).softmax(3)
        x = x + self.mixed((p @ v).transpose(1, 2).reshape(batch, LENGTH, UNITS))
        return x + self.narrow(nn.functional.gelu(self.hidden(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.letters, self.places = nn.Embedding(CLASSES, UNITS), nn.Embedding(LENGTH, UNITS)
        nn.init.normal_(self.letters.weight, std=0.02)
        nn.init.normal_(self.places.weight, std=0.02)
        self.layers = nn.Sequential(*(Layer() for _ in range(LAYERS)))
        self.norm, self.scores = nn.LayerNorm(UNITS), nn.Linear(UNITS, CLASSES)
        self.register_buffer("place", torch.arange(LENGTH))

    def forward(self, text):
        return self.scores(self.norm(self.layers(self.letters(text) + self.places(self.place))))


def windows(path):
    """The windows to train on and what follows each character, as graph-runner cuts a text."""
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    number = {c: i for i, c in enumerate(sorted(set(text)))}
    codes = torch.tensor([number[c] for c in text])
    count = (len(codes) - 1) // LENGTH
    trained = count - math.floor(TEST * count + 0.5)
    return codes[: trained * LENGTH].view(-1, LENGTH), codes[1 : trained * LENGTH + 1].view(-1, LENGTH)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: bench_transformer.py TEXT EPOCHS")
    text, following = windows(sys.argv[1])
    torch.manual_seed(1)
    model = Transformer()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    steps, step = PLANNED * math.ceil(len(text) / BATCH), 0
    for epoch in range(1, int(sys.argv[2]) + 1):
        batches = torch.randperm(len(text)).split(BATCH)
        total = torch.zeros(())
        start = time.perf_counter()
        for rows in batches:
            step += 1
            optimizer.param_groups[0]["lr"] = RATE * min(1, step / WARM) * (1 + math.cos(math.pi * step / steps)) / 2
            optimizer.zero_grad(set_to_none=True)
            scores = model(text[rows])
            loss = nn.functional.cross_entropy(scores.flatten(0, 1), following[rows].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            total += loss.detach()
        seconds = time.perf_counter() - start
        mean = float(total) / len(batches)
        print(json.dumps({"event": "epoch", "epoch": epoch, "train": {"loss": mean}, "seconds": seconds}), flush=True)


main()
