#!/usr/bin/python3
"""Times the check of the gradient of homework 7's MLP: grad-check and torch.autograd.gradcheck. Started by tools/bench.

Every round runs every contestant once, in turn, each as a process of its own.
"""
import argparse
import json
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True  # no __pycache__ among the tools
from bench_training import TOP, Bench, clean_environment, fail, ratio, run, say, table  # noqa: E402

OURS, SLOW, FAST = "grad-check", "PyTorch gradcheck, slow mode", "PyTorch gradcheck, fast mode"
BATCH = 3  # of PyTorch's point; grad-check draws small ones by itself
PATIENCE = 30  # seconds: where slow mode takes longer, it runs in the first round only


def check_in_torch(fast, seed):
    """Prints, as JSON, what PyTorch objects to in the gradient, and the seconds that it took."""
    import torch  # not at hand everywhere
    from torch.nn import Linear, functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    image = torch.rand(BATCH, 784, dtype=torch.float64, requires_grad=True)
    digit = functional.one_hot(torch.randint(10, (BATCH,)), 10).double().requires_grad_()
    layers = [Linear(784, 128, dtype=torch.float64), Linear(128, 10, dtype=torch.float64)]
    parameters = [p.detach().requires_grad_() for layer in layers for p in layer.parameters()]

    def loss(x, t, w1, b1, w2, b2):
        scores = functional.linear(functional.linear(x, w1, b1).relu(), w2, b2)
        return (scores - t).square().sum(1).mean()

    error, start = None, time.perf_counter()
    try:
        torch.autograd.gradcheck(loss, (image, digit, *parameters), fast_mode=fast)
    except RuntimeError as e:  # such as GradcheckError
        error = str(e).strip()
    told = {"seconds": time.perf_counter() - start, "error": error}  # the call alone
    print(json.dumps({**told, "parameters": sum(p.numel() for p in parameters)}))


class GradBench(Bench):
    def __init__(self, options):
        self.options = options
        self.environment, _ = clean_environment(OPENBLAS_NUM_THREADS="1")
        self.torch = self.find_torch()

    def check(self, name):
        """The seconds from outside, and what the checker says: seconds, parameters, points and, if any, an error."""
        o = self.options
        command = [f"{o.build}/grad-check", "--json", "--seed", o.seed, TOP / "graphs/mlp.yaml"]
        if name != OURS:
            command = [sys.executable, __file__, "--build", o.build, "--seed", o.seed, "--child", name]
        start = time.perf_counter()
        code, objects, errors, _ = run(command, self.environment)
        outside, said = time.perf_counter() - start, (objects or [{}])[-1]
        if "seconds" not in said:
            fail(f"{name} failed with exit code {code}: {errors or said}")
        error = said.get("error") if said.get("ok", True) else "it finds the gradient wrong"
        return outside, said["seconds"], (f"{said['parameters']:,}", str(said.get("points", 1))), error


def main():
    parser = argparse.ArgumentParser(prog="tools/bench gradcheck", description="grad-check beside PyTorch's gradcheck.")
    parser.add_argument("--torch", action="store_true", help="install PyTorch and OpenBLAS first (Debian's packages)")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of all contestants in turn (3)")
    parser.add_argument("--seed", type=int, default=1, help="of both checkers' random points (1)")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds starts at 1")
    if options.child:
        return check_in_torch(options.child == FAST, options.seed)
    if os.getloadavg()[0] > 0.5:
        say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): times will be long, and ratios less certain")

    bench = GradBench(options)
    names = [OURS, SLOW, FAST] if bench.torch else [OURS]
    times, inside, about, failed = {name: [] for name in names}, [], {}, set()
    for at in range(options.rounds):
        say(f"round {at + 1} of {options.rounds}")
        for name in names[at % len(names) :] + names[: at % len(names)]:  # each round begins with another one
            if name == SLOW and max(times[name], default=0) > PATIENCE:
                continue
            outside, told, about[name], error = bench.check(name)
            times[name].append(outside if name == OURS else told)
            inside += [told] * (name == OURS)
            if error:
                failed.add(name)
                say(f"{name} FAILED: {error}")
    if len({parameters for parameters, _ in about.values()}) > 1:
        fail(f"these are not the same network: {about}")

    torch = f"PyTorch {bench.torch['version']} on {bench.torch['blas']}" if bench.torch else "Without PyTorch"
    once = f", and ran once, for it takes over {PATIENCE} s" if len(times.get(SLOW, inside)) < options.rounds else ""
    # The first line that Bench knows is the processor. The ratios would mislead without what each one compares.
    print(f"""{next(bench.about())}\n{torch}.\n
Medians of {options.rounds} interleaved rounds on one thread: of {OURS} the whole process, whose check alone took
{statistics.median(inside):.3f} s; of PyTorch the call of gradcheck without import and model, which favours it.
{OURS} and fast mode compare along random directions of all entries, the former with exact derivatives and,
at a few entries, with differences, of the graph and of each node.
Slow mode takes a difference at every entry{once}.
""")
    rows = []
    for name in names:
        share = "-" if name in failed else "1" if name == OURS else ratio(times, name, OURS)
        seconds = f"{statistics.median(times[name]):.3f}"
        rows.append([name + (" (FAILED)" if name in failed else ""), *about[name], seconds, share])
    print(table(["checker", "parameters checked", "points", "seconds", f"÷ {OURS}"], rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
