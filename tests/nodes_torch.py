#!/usr/bin/python3
"""Node types beside PyTorch's functions of the same meaning: of each type 50 nodes with random attributes, shapes and entries.
nodes_torch.py GRAPH_RUNNER [TYPE…] prints a line a type: its name, in how many nodes it was compared, and by how much values and
gradients by all inputs and parameters are off at the worst, beside the largest entry of the tensor. All in double; that the
kernels on floats agree with those on doubles, the gradient checker shows."""
import json, os, random, subprocess, sys, tempfile

import torch
import torch.nn.functional as F

NODES = 50


def number(least=1, most=4):
    return random.randint(least, most)


def shape(least=0, most=3):
    return [number() for _ in range(number(least, most))]


def normal(*sizes):
    return torch.randn(sizes, dtype=torch.float64)


def some_axes(x):
    """Axes from 1, as the attribute wants them, and from 0, as PyTorch does; none stands for all."""
    axes = random.sample(range(x.dim()), number(0, x.dim()))
    return {"axes": [a + 1 for a in axes]}, axes or list(range(x.dim()))


# ---- Each yields attributes, the tensors of the ports by name, and what PyTorch makes of these.

def elementwise(attribute, function):
    def make():
        given = {attribute: round(random.uniform(0.1, 2), 3)} if attribute else {}
        return given, {"x": 3 * normal(*shape())}, lambda x: function(x, *given.values())
    return make


def rows(function):
    return lambda: ({}, {"x": 3 * normal(*shape(1))}, function)


def huber_loss():
    sizes, delta = shape(1), round(random.uniform(0.1, 2), 3)
    return ({"delta": delta}, {"prediction": normal(*sizes), "target": normal(*sizes)},
            lambda p, t: F.huber_loss(p, t, reduction="none", delta=delta).sum(-1))


def binary_cross_entropy():
    sizes = shape(1)
    return ({}, {"scores": 3 * normal(*sizes), "target": torch.rand(*sizes, dtype=torch.float64)},
            lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none").sum(-1))


def layer_norm():
    x, epsilon = 3 * normal(*shape(1)), random.choice([1e-5, 1e-3, 0.1])
    n = x.shape[-1]
    return ({"epsilon": epsilon}, {"x": x, "scale": normal(n), "shift": normal(n)},
            lambda x, scale, shift: F.layer_norm(x, [n], scale, shift, epsilon))


def rms_norm():
    x, epsilon = 3 * normal(*shape(1)), random.choice([1e-5, 1e-3, 0.1])
    return ({"epsilon": epsilon}, {"x": x, "scale": normal(x.shape[-1])},
            lambda x, scale: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * scale)


def batch_norm():
    """In evaluation; trained() compares steps of training."""
    x, epsilon = 3 * normal(*shape(1)), random.choice([1e-5, 1e-3, 0.1])
    n = x.shape[-1]
    return ({"epsilon": epsilon},
            {"x": x, "scale": normal(n), "shift": normal(n), "mean": normal(n), "variance": normal(n).square()},
            lambda x, scale, shift, mean, variance:
                F.batch_norm(x.reshape(-1, n), mean, variance, scale, shift, eps=epsilon).reshape(x.shape))


def broadcast(function):
    def make():
        sizes = shape(0)
        a, b = ([s if random.random() < 0.7 else 1 for s in sizes[random.randint(0, len(sizes)):]] for _ in range(2))
        return {}, {"a": normal(*a).exp(), "b": normal(*b).exp()}, function
    return make


def embedding():
    count, units = number(), number()
    return ({"count": count, "units": units},
            {"index": torch.randint(count, shape(1, 2)), "W": normal(count, units)}, F.embedding)


def gather():
    m = number()
    return {}, {"x": normal(m, number()), "index": torch.randint(m, shape(1, 2))}, lambda x, i: x[i]


def reduction(function):
    def make():
        x = normal(*shape())
        attributes, axes = some_axes(x)
        return attributes, {"x": x}, lambda x: function(x, axes) if axes else x
    return make


def transpose():
    x = normal(*shape(2, 4))
    axes = random.sample(range(x.dim()), x.dim()) if random.random() < 0.8 else []
    order = axes or [*range(x.dim() - 2), x.dim() - 1, x.dim() - 2]
    return {"axes": [a + 1 for a in axes]}, {"A": x}, lambda x: x.permute(order)


def batch_mat_mul():
    batch, m, k, n = shape(0, 2), number(), number(), number()
    return {}, {"a": normal(*batch, m, k), "b": normal(*batch, k, n)}, torch.matmul


def pad():
    x, value = normal(*shape()), round(random.uniform(-1, 1), 3)
    before, after = ([number(0, 2) for _ in range(x.dim())] for _ in range(2))
    backwards = [n for pair in reversed(list(zip(before, after))) for n in pair]
    return {"before": before, "after": after, "value": value}, {"x": x}, lambda x: F.pad(x, backwards, value=value)


def attention():
    """By its definition: PyTorch 1.13 has no function of it alone."""
    heads, causal = number(1, 3), random.random() < 0.5
    batch, n, m, d, e = shape(0, 2), number(), number(), heads * number(), heads * number()

    def function(q, k, v):
        q, k, v = (t.unflatten(-1, (heads, t.shape[-1] // heads)).transpose(-2, -3) for t in (q, k, v))
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        if causal:
            scores = scores.masked_fill(torch.ones(n, m).triu(1).bool(), float("-inf"))
        return (F.softmax(scores, -1) @ v).transpose(-2, -3).flatten(-2)
    return ({"heads": heads, "causal": causal},
            {"queries": 2 * normal(*batch, n, d), "keys": normal(*batch, m, d), "values": normal(*batch, m, e)}, function)


def recurrent(cell, gates):
    def make():
        batch, steps, n, units = number(), number(), number(), number()

        def function(x, W, U, b, c):
            matrices, vectors = [t.reshape(gates * units, -1) for t in (W, U)], [t.flatten() for t in (b, c)]
            zeros = torch.zeros(batch, units, dtype=torch.float64)
            state, h = (zeros, zeros) if gates == 4 else zeros, []
            for t in range(steps):
                state = cell(x[:, t], state, *matrices, *vectors)
                h.append(state[0] if gates == 4 else state)
            return torch.stack(h, 1)
        sizes = {"W": (gates, units, n), "U": (gates, units, units), "b": (gates, units), "c": (gates, units)}
        return ({"units": units}, {"x": normal(batch, steps, n), **{name: normal(*s) for name, s in sizes.items()}}, function)
    return make


def windows(kernels, most_padding):
    """The attributes of windows, as nodes have them and as PyTorch's functions do, of pictures large enough for them."""
    kernel, stride, dilation = ([number(1, most) for _ in range(2)] for most in (kernels, 3, 2))
    padding = random.choice(["valid", "same", str(number(1, most_padding(kernel)))] if most_padding(kernel) else ["valid"])
    if padding == "same":
        stride = [1, 1]  # PyTorch has no other
    sizes = [(k - 1) * d + 1 + number(0, 3) for k, d in zip(kernel, dilation)]
    return ({"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding},
            {"stride": stride, "dilation": dilation,
             "padding": padding if padding == "same" else 0 if padding == "valid" else int(padding)}, sizes)


def channels_first(x):
    return x.flatten(0, -4).permute(0, 3, 1, 2) if x.dim() > 3 else x.permute(2, 0, 1)[None]


def channels_last(y, like):
    return y.permute(0, 2, 3, 1).reshape(*like.shape[:-3], *y.shape[2:], y.shape[1])


def convolution(transposed):
    def make():
        attributes, options, sizes = windows(3, lambda kernel: 2)
        groups = number(1, 2)
        c, units, x_sizes = groups * number(1, 3), groups * number(1, 3), shape(0, 2) + sizes
        if transposed:
            # No padding: what would be cut off PyTorch decides otherwise.
            attributes["padding"], options["padding"] = "valid", 0
        kernel = attributes["kernel"]
        W = normal(c if transposed else units, *kernel, (units if transposed else c) // groups)
        function = F.conv_transpose2d if transposed else F.conv2d
        return ({**attributes, "units": units, "groups": groups},
                {"x": normal(*x_sizes, c), "W": W.flatten(1), "b": normal(units)},
                lambda x, W_, b: channels_last(function(
                    channels_first(x), W_.reshape(W.shape).permute(0, 3, 1, 2), b, groups=groups, **options), x))
    return make


def pool(function):
    def make():
        attributes, options, sizes = windows(3, lambda kernel: min(kernel) // 2)
        if function is not F.max_pool2d:
            attributes["dilation"] = [1, 1]
            options = {**options, "count_include_pad": False}
            del options["dilation"]
        if attributes["padding"] == "same":
            attributes["padding"], options["padding"] = "valid", 0
        return (attributes, {"x": normal(*shape(0, 2), *sizes, number())},
                lambda x: channels_last(function(channels_first(x), attributes["kernel"], **options), x))
    return make


TYPES = {
    "LeakyReLU": elementwise("slope", F.leaky_relu),
    "ELU": elementwise("alpha", F.elu),
    "SiLU": elementwise(None, F.silu),
    "HuberLoss": huber_loss,
    "BinaryCrossEntropy": binary_cross_entropy,
    "LogSoftmax": rows(lambda x: F.log_softmax(x, -1)),
    "Softmax": rows(lambda x: F.softmax(x, -1)),
    "LayerNorm": layer_norm,
    "RMSNorm": rms_norm,
    "BatchNorm": batch_norm,
    "Add": broadcast(torch.add),
    "Subtract": broadcast(torch.sub),
    "Multiply": broadcast(torch.mul),
    "Divide": broadcast(torch.div),
    "Max": broadcast(torch.maximum),
    "Min": broadcast(torch.minimum),
    "Pow": broadcast(torch.pow),
    "Mod": broadcast(torch.remainder),
    "Embedding": embedding,
    "Gather": gather,
    "Sum": reduction(torch.sum),
    "Mean": reduction(torch.mean),
    "Largest": reduction(torch.amax),
    "Smallest": reduction(torch.amin),
    "Logsumexp": reduction(torch.logsumexp),
    "Transpose": transpose,
    "BatchMatMul": batch_mat_mul,
    "Pad": pad,
    "Attention": attention,
    "LSTM": recurrent(torch.lstm_cell, 4),
    "GRU": recurrent(torch.gru_cell, 3),
    "Conv2D": convolution(False),
    "ConvTranspose2D": convolution(True),
    "MaxPool2D": pool(F.max_pool2d),
    "AveragePool2D": pool(F.avg_pool2d),
    "GlobalAveragePool2D": lambda: ({}, {"x": normal(*shape(3, 4))}, lambda x: x.mean((-3, -2))),
}

# What has no gradient, though it is no index.
FIXED = {"BatchNorm": {"mean", "variance"}}


# ---- Graph files: f = Σ v ∘ y, so that the gradient by v is y, and all others are those of the cotangent v.

def declared(tensor):
    return json.dumps({"shape": list(tensor.shape), "value": tensor.tolist()})


def has_gradient(type, name, tensor):
    return tensor.is_floating_point() and name not in FIXED.get(type, {})


def graph_file(type, attributes, tensors, v):
    inputs, nodes = {**tensors, "v": v}, []
    for name in [name for name, t in tensors.items() if not has_gradient(type, name, t)]:
        nodes.append(f"  {name}: {json.dumps(inputs.pop(name).tolist())}")  # a constant: nothing is derived by it
    settings = "".join(f", {name}: {json.dumps(value)}" for name, value in attributes.items())
    ports = ", ".join(f"{name}: {name}" for name in tensors)
    nodes += [f"  y: {{type: {type}, in: {{{ports}}}{settings}}}", "  f: sum(v .* y)"]
    return "\n".join(["inputs:", *(f"  {name}: {declared(t)}" for name, t in inputs.items()), "nodes:", *nodes, ""])


def expected(type, tensors, function):
    """v, and the gradients of f by name."""
    leaves = {name: t.clone().requires_grad_() if has_gradient(type, name, t) else t for name, t in tensors.items()}
    y = function(*leaves.values())
    v = normal(*y.shape)
    (v * y).sum().backward()
    return v, {"v": y.detach(), **{name: t.grad for name, t in leaves.items() if t.requires_grad}}


def found(tool, files):
    """The gradients of f by name, file by file."""
    run = subprocess.run([tool, *files, "--derive", "f", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"graph-runner ended with exit code {run.returncode}:\n{run.stdout[-2000:]}{run.stderr}")
    gradients = []
    for event in map(json.loads, run.stdout.splitlines()):
        if event["event"] == "value":
            gradients.append({})
        if event["event"] == "gradient":
            gradients[-1][event["by"]] = torch.tensor(event["entries"], dtype=torch.float64).reshape(event["shape"])
    return gradients


def worst(type, tool, folder):
    files, wanted = [], []
    for i in range(NODES):
        attributes, tensors, function = TYPES[type]()
        v, gradients = expected(type, tensors, function)
        files.append(os.path.join(folder, f"{type}-{i}.yaml"))
        with open(files[-1], "w") as file:
            file.write(graph_file(type, attributes, tensors, v))
        wanted.append(gradients)
    got, off = found(tool, files), 0.0
    assert len(got) == NODES
    for file, theirs, ours in zip(files, wanted, got):
        for name, tensor in theirs.items():
            if list(ours[name].shape) != list(tensor.shape):
                sys.exit(f"{file}: by {name}, found {list(ours[name].shape)}, PyTorch has {list(tensor.shape)}")
            size = max(1e-3, tensor.abs().max().item())
            off = max(off, (ours[name] - tensor).abs().max().item() / size)
    return off


def trained(tool, folder):
    """Steps of training with BatchNorm, in which it takes means and variances of the batch: how far the parameters of a saved
    model, the running ones too, are from PyTorch's. In float, as training is."""
    off = 0.0
    for i in range(NODES):
        rows, n, units, momentum = number(8, 16), number(3), number(), round(random.uniform(0.05, 1), 3)
        x, t = normal(rows, n), normal(rows, units)
        file, model = os.path.join(folder, "trained.yaml"), os.path.join(folder, "trained")
        with open(file, "w") as out:
            out.write(f"""inputs: {{x: [batch, {n}], t: [batch, {units}]}}
nodes:
  h: {{type: Linear, in: x, units: {units}}}
  y: {{type: BatchNorm, in: h, momentum: {momentum}}}
  loss: {{type: SquaredLoss, in: [y, t]}}
data: {{train: {{x: {json.dumps(x.tolist())}, t: {json.dumps(t.tolist())}}}}}
train: {{minimize: loss, optimizer: {{type: SGD, rate: 0.1}}, batch: {rows}, epochs: 1, seed: {i}, save: trained}}
""")
        layers = None
        for epochs in (0, 3):  # what it begins with: a rate that changes no float
            run = [os.path.abspath(tool), file, "--quiet", "--set", f"train.epochs={max(1, epochs)}"]
            subprocess.run(run + ([] if epochs else ["--set", "train.optimizer={type: SGD, rate: 1e-30}"]), check=True,
                           stdout=subprocess.DEVNULL, cwd=folder)
            reader = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_safetensors.py")
            read = subprocess.run([sys.executable, reader, model], check=True, stdout=subprocess.PIPE)
            ours = {name: torch.tensor(p["entries"], dtype=torch.float64).reshape(p["shape"])
                    for name, p in json.loads(read.stdout)["tensors"].items()}
            if layers is None:
                layers = [torch.nn.Linear(n, units).double(), torch.nn.BatchNorm1d(units, momentum=momentum).double()]
                layers[0].load_state_dict({"weight": ours["h.W"], "bias": ours["h.b"]})
        optimizer = torch.optim.SGD([p for layer in layers for p in layer.parameters()], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            ((layers[1](layers[0](x)) - t) ** 2).sum(1).mean().backward()
            optimizer.step()
        theirs = {"h.W": layers[0].weight, "h.b": layers[0].bias, "y.scale": layers[1].weight, "y.shift": layers[1].bias,
                  "y.mean": layers[1].running_mean, "y.variance": layers[1].running_var}
        for name, tensor in theirs.items():
            off = max(off, (ours[name] - tensor).abs().max().item() / max(1, tensor.abs().max().item()))
    return off


def main(tool, *types):
    torch.set_num_threads(1)  # more would wait for each other on a busy machine
    with tempfile.TemporaryDirectory() as folder:
        for type in types or TYPES:
            random.seed(type), torch.manual_seed(random.randrange(1 << 32))
            print(f"{type}: {NODES} nodes, off by {worst(type, tool, folder):.1e}", flush=True)
        print(f"BatchNorm in training: {NODES} nodes, off by {trained(tool, folder):.1e}", flush=True)


main(*sys.argv[1:])
