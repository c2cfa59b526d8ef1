#!/usr/bin/python3
"""Optimizers beside PyTorch's: 100 steps of graphs/mlp.yaml on the first 512 digits, all of them a step, from the same
parameters. follow_torch.py GRAPH_RUNNER prints a line an optimizer: its name, how far its parameters are from PyTorch's in
double (the root of the mean square), how far PyTorch's in float are, and how far they went. What is left is the rounding of
floats, which a ReLU near 0 and the division by small gradients can make much of, in single entries."""
import json, os, pathlib, subprocess, sys, tempfile

import numpy
import torch

STEPS, SAMPLES = 100, 512
HERE = pathlib.Path(__file__).resolve().parent
OPTIMIZERS = {
    "SGD, momentum": ("{type: SGD, rate: 0.1, momentum: 0.9}", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "SGD, Nesterov": ("{type: SGD, rate: 0.1, momentum: 0.8, nesterov: true, weight_decay: 0.01}",
                      torch.optim.SGD, {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    "Adam": ("{type: Adam, rate: 0.001}", torch.optim.Adam, {"lr": 0.001}),
    "AdamW": ("{type: AdamW, rate: 0.001, weight_decay: 0.1}", torch.optim.AdamW, {"lr": 0.001, "weight_decay": 0.1}),
    "RMSProp": ("{type: RMSProp, rate: 0.0005}", torch.optim.RMSprop, {"lr": 0.0005}),
    "Adagrad": ("{type: Adagrad, rate: 0.005}", torch.optim.Adagrad, {"lr": 0.005}),
}


def digits():
    def idx(name, header):
        with open(HERE.parent / "data/mnist" / name, "rb") as file:
            return numpy.frombuffer(file.read(), numpy.uint8, offset=header)
    images = idx("train-images-idx3-ubyte", 16).reshape(-1, 784)[:SAMPLES]
    labels = idx("train-labels-idx1-ubyte", 8)[:SAMPLES]
    return (images / 255).astype(numpy.float32), numpy.eye(10, dtype=numpy.float32)[labels]


def trained(tool, folder, optimizer, epochs):
    """The parameters after `epochs` steps, as doubles."""
    data = "{image: {file: image.npy}, digit: {file: digit.npy}}"
    settings = [f"data.root={folder}", f"data.train={data}", f"data.test={data}", f"train.batch={SAMPLES}",
                f"train.epochs={epochs}", f"train.optimizer={optimizer}", "train.require={}"]
    out = os.path.join(folder, "model")
    subprocess.run([tool, HERE.parent / "graphs/mlp.yaml", "--quiet", "--save", out,
                    *(word for setting in settings for word in ("--set", setting))], check=True, stdout=subprocess.DEVNULL)
    read = subprocess.run([sys.executable, HERE / "read_safetensors.py", out], check=True, stdout=subprocess.PIPE)
    return {name: torch.tensor(t["entries"], dtype=torch.float64).reshape(t["shape"])
            for name, t in json.loads(read.stdout)["tensors"].items()}


def follow(first, make, options, image, digit, dtype):
    image, digit = image.to(dtype), digit.to(dtype)
    p = {name: t.to(dtype).clone().requires_grad_() for name, t in first.items()}
    optimizer = make(list(p.values()), **options)
    for _ in range(STEPS):
        optimizer.zero_grad()
        active = torch.relu(image @ p["hidden.W"].T + p["hidden.b"])
        scores = active @ p["scores.W"].T + p["scores.b"]
        ((digit - scores) ** 2).sum(1).mean().backward()
        optimizer.step()
    return {name: t.detach() for name, t in p.items()}


def distance(a, b):
    """The root of the mean square of the differences, over all parameters."""
    return torch.cat([(a[name] - b[name]).flatten() for name in a]).square().mean().sqrt().item()


def main(tool):
    torch.set_num_threads(1)  # more would wait for each other on a busy machine
    arrays = digits()
    data = [torch.from_numpy(a) for a in arrays]
    with tempfile.TemporaryDirectory() as folder:
        for name, array in zip(("image", "digit"), arrays):
            numpy.save(os.path.join(folder, name + ".npy"), array)
        first = trained(tool, folder, "{type: SGD, rate: 1e-30}", 1)  # too little to change a float
        for label, (ours, make, options) in OPTIMIZERS.items():
            found = trained(tool, folder, ours, STEPS)
            exact, rounded = (follow(first, make, options, *data, dtype) for dtype in (torch.float64, torch.float32))
            off, theirs, way = (distance(a, exact) for a in (found, rounded, first))
            print(f"{label}: {off:.1e}, PyTorch in float {theirs:.1e}, of {way:.1e}", flush=True)


main(sys.argv[1])
