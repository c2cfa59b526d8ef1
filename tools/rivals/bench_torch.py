#!/usr/bin/python3
"""The rival of tools/bench in PyTorch: homework 7's MLP, eager, as PyTorch's users write it where speed matters.

    bench_torch.py IMAGES LABELS BATCH HIDDEN EPOCHS RATE
    bench_torch.py about

Prints the seconds of each epoch, shuffling apart, as graph-runner counts them. Unlike graph-runner it neither counts
hits nor looks at the loss of each step: reading a number out of a tensor is dear here, and users avoid it. Threads are
left to the environment: torch.set_num_threads(2) makes Debian's build several times slower. `about` tells the version
and the BLAS that stands behind it.
"""
import ctypes
import json
import os
import sys
import time

import torch
from torch import nn


def read_idx(path):
    """The array in an idx file of bytes, as a tensor of one row a sample."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    rank = data[3]
    samples = int.from_bytes(data[4:8], "big")
    return torch.frombuffer(data, dtype=torch.uint8, offset=4 * (rank + 1)).reshape(samples, -1)


def about():
    """The BLAS is what was loaded, not what is installed: Debian chooses libblas.so.3 through its alternatives."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        loaded = {os.path.realpath(line.split()[-1]) for line in file if "/" in line}
    # Debian's implementations stand in folders of their own, as in openblas-pthread/libblas.so.3.
    chosen = [path for path in loaded if os.path.basename(path).startswith("libblas.so")]
    blas = chosen[0] if chosen else "MKL" if torch.backends.mkl.is_available() else "unknown"
    # The reference implementation is ten times slower than any other, and would be no rival.
    fast = any(name in blas.lower() for name in ("openblas", "blis", "atlas", "mkl"))
    if "openblas" in blas:
        for path in loaded:
            if os.path.basename(path).startswith("libopenblas"):
                config = ctypes.CDLL(path).openblas_get_config
                config.restype = ctypes.c_char_p
                words = config().decode().split()  # OpenBLAS 0.3.21 NO_AFFINITY … Cooperlake MAX_THREADS=64
                blas = " ".join(words[:2]) + f" ({words[-2]} kernels)"
    print(json.dumps({"version": torch.__version__, "blas": blas, "fast": fast}))


def train(network, optimizer, criterion, inputs, targets, batch, epochs):
    """Prints an epoch a line: its seconds, shuffling apart, and the mean of its steps' losses."""
    for epoch in range(1, epochs + 1):
        batches = torch.randperm(len(inputs)).split(batch)
        total = torch.zeros(())
        start = time.perf_counter()
        for rows in batches:
            x = inputs.index_select(0, rows)
            y = targets.index_select(0, rows)
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(network(x), y)
            loss.backward()
            optimizer.step()
            total += loss.detach()
        seconds = time.perf_counter() - start
        mean = float(total) / len(batches)
        print(json.dumps({"event": "epoch", "epoch": epoch, "train": {"loss": mean}, "seconds": seconds}), flush=True)


def main():
    if sys.argv[1:] == ["about"]:
        about()
        return
    if len(sys.argv) != 7:
        sys.exit("usage: bench_torch.py IMAGES LABELS BATCH HIDDEN EPOCHS RATE")
    batch, units, epochs, rate = int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
    images = read_idx(sys.argv[1]).float() / 255
    labels = read_idx(sys.argv[2]).flatten().long()
    targets = nn.functional.one_hot(labels, 10).float()

    torch.manual_seed(1)
    # nn.Linear draws its weights uniform in ±1/√in by default, as graphs/mlp.yaml does.
    model = nn.Sequential(nn.Linear(images.shape[1], units), nn.ReLU(), nn.Linear(units, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    train(model, optimizer, lambda y, t: nn.functional.mse_loss(y, t, reduction="sum") / len(y), images, targets, batch, epochs)


if __name__ == "__main__":
    main()
