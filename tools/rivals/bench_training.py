#!/usr/bin/python3
"""Times an epoch of homework 7's MLP: graph-runner, plain Eigen and PyTorch. Started by tools/bench.

Every round runs every contestant once, in turn, as a process of its own that trains a few epochs, of which the fastest
counts. The times shown are medians over the rounds; the ratios are medians of each round's ratio, so that what the
machine does to a whole round cancels.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
MNIST = TOP / "data" / "mnist"
# (batch, hidden units, the split that is trained on, rate). A rate of 0.1 diverges with single samples.
SIZES = [
    (1, 128, "t10k", 0.01),
    (32, 128, "train", 0.1),
    (64, 128, "train", 0.1),
    (128, 256, "train", 0.1),
    (256, 1024, "train", 0.1),
]
SAMPLES = {"t10k": 10000, "train": 60000}
OURS, BUFFERED, FUSED, TORCH = "graph-runner", "Eigen, buffered", "Eigen, fused", "PyTorch"
OURS_ALL, TORCH_ALL = "graph-runner, all cores", "PyTorch, all cores"


CORES = len(os.sched_getaffinity(0))


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def fail(text):
    say(text)
    sys.exit(3)


def clean_environment(**more):
    """The environment without what steers BLAS and OpenMP: a machine may pin slow kernels or a number of threads there,
    and PyTorch should run as it comes."""
    steering = ("OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "KMP_", "MKL_", "BLIS_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(steering)}
    dropped = sorted(set(os.environ) - set(kept))
    return {**kept, **more}, dropped


def run(command, environment=None):
    """Runs a command; returns its exit code, the JSON objects that it printed, one a line, its errors and its peak
    memory in bytes."""
    with subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        # The output is a few lines, so neither pipe can fill while the other is read.
        out, errors = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    objects = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return process.returncode, objects, errors.strip(), usage.ru_maxrss * 1024


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build)
        self.environment, self.dropped = clean_environment()
        _, about, errors, _ = run([self.build / "bench-eigen", "about"])
        if not about:
            fail(f"bench-eigen does not run: {errors}")
        self.eigen = about[0]
        self.torch = None if options.no_torch else self.find_torch()

    def find_torch(self):
        code, about, errors, _ = run([sys.executable, TOP / "tools/rivals/bench_torch.py", "about"], self.environment)
        if code != 0:
            missing = "No module named 'torch'" in errors
            say("PyTorch is left out: " + ("it is not installed; tools/bench --torch does that" if missing else errors))
        elif not about[0]["fast"]:
            say(
                f"PyTorch is left out: its BLAS is {about[0]['blas']}, which is no fast one, and would make it several "
                "times slower than it need be. tools/bench --torch installs OpenBLAS; where that does not change it, "
                "see update-alternatives --get-selections | grep libblas"
            )
        else:
            return about[0]
        return None

    def contestants(self):
        torch = [TORCH] if self.torch else []
        return [OURS, BUFFERED, FUSED, *torch, *([OURS_ALL, TORCH_ALL] if torch and CORES > 1 else [])]

    def command(self, name, batch, hidden, split, rate):
        files = [MNIST / f"{split}-images-idx3-ubyte", MNIST / f"{split}-labels-idx1-ubyte"]
        epochs = self.options.epochs
        if name in (OURS, OURS_ALL):
            threads = 1 if name == OURS else CORES
            values = {
                "train.epochs": epochs,
                "train.batch": batch,
                "train.optimizer.rate": rate,
                "nodes.hidden.units": hidden,
                "data.train.image.file": files[0],
                "data.train.digit.file": files[1],
            }
            settings = [word for path, value in values.items() for word in ("--set", f"{path}={value}")]
            return [self.build / "graph-runner", TOP / "graphs/mlp.yaml", "--json", "--threads", threads, *settings]
        arguments = [*files, batch, hidden, epochs, rate]
        if name in (TORCH, TORCH_ALL):
            return [sys.executable, TOP / "tools/rivals/bench_torch.py", *arguments]
        return [self.build / "bench-eigen", "buffered" if name == BUFFERED else "fused", *arguments]

    def time(self, name, size):
        """The seconds of the fastest epoch, and the peak memory in bytes."""
        environment = {**self.environment, **({"OPENBLAS_NUM_THREADS": "1"} if name == TORCH else {})}
        code, objects, errors, memory = run(self.command(name, *size), environment)
        epochs = [o for o in objects if o.get("event") == "epoch"]
        # graph-runner's exit code is 1 where the accuracy that the file requires is missed, as after few epochs.
        if code not in ((0, 1) if name in (OURS, OURS_ALL) else (0,)) or len(epochs) != self.options.epochs:
            how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
            fail(f"{name} {how}: {errors or objects[-1:]}")
        # Whoever does not learn has not done the work.
        if not epochs[-1]["train"]["loss"] < 0.4:
            fail(f"{name} did not learn: its loss is {epochs[-1]['train']['loss']}")
        return min(epoch["seconds"] for epoch in epochs), memory

    def measure(self, size):
        """The times of each contestant, one a round, and the most memory it took."""
        times, memory = {}, {}
        names = self.contestants()
        for at in range(self.options.rounds):
            say(f"batch {size[0]}, hidden {size[1]}: round {at + 1} of {self.options.rounds}")
            # Each round begins with another one: who runs first may find a cooler or a busier machine.
            for name in names[at % len(names) :] + names[: at % len(names)]:
                seconds, peak = self.time(name, size)
                times.setdefault(name, []).append(seconds)
                memory[name] = max(memory.get(name, 0), peak)
        return times, memory

    def about(self):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        yield f"{models[0] if models else os.uname().machine}, {CORES} core{'s' if CORES > 1 else ''}."
        yield f"{self.eigen['compiler']}, Eigen {self.eigen['eigen']} with {self.eigen['instructions'].split(',')[0]}."
        if self.torch:
            yield f"PyTorch {self.torch['version']} on {self.torch['blas']}."
            if self.dropped:
                say("PyTorch runs without these variables, which the environment sets: " + ", ".join(self.dropped))


def ratio(times, ours, theirs):
    """The median of the rounds' ratios; on stderr, their range as well."""
    ratios = [a / b for a, b in zip(times[ours], times[theirs])]
    say(f"  {ours} / {theirs}: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")
    return f"{statistics.median(ratios):.2f}"


def table(heads, rows):
    """A Markdown table, aligned for those who read it as text."""
    widths = [max(len(row[c]) for row in [heads, *rows]) for c in range(len(heads))]
    lines = [[cell.rjust(width) for cell, width in zip(row, widths)] for row in [heads, *rows]]
    lines.insert(1, ["-" * (width - 1) + ":" for width in widths])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main():
    parser = argparse.ArgumentParser(
        prog="tools/bench",
        description="An epoch of graphs/mlp.yaml beside the same in plain Eigen and in PyTorch. --torch installs "
        "PyTorch and OpenBLAS first (Debian's packages).",
    )
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of all contestants in turn (5)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs a process, of which the fastest counts (3)")
    parser.add_argument("--sizes", metavar="BxH,…", help="only these (batch, hidden), such as 32x128,256x1024")
    parser.add_argument("--no-torch", action="store_true", help="leave PyTorch out")
    options = parser.parse_args()
    sizes = SIZES
    if options.sizes:
        known = {f"{size[0]}x{size[1]}": size for size in SIZES}
        unknown = [name for name in options.sizes.split(",") if name not in known]
        if unknown:
            parser.error(f"--sizes: '{unknown[0]}' is none of {', '.join(known)}")
        sizes = [known[name] for name in options.sizes.split(",")]
    if options.rounds < 1 or options.epochs < 1:
        parser.error("--rounds and --epochs start at 1")
    if os.getloadavg()[0] > 0.5:
        say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): times will be long, and ratios less certain")

    bench = Bench(options)
    about = list(bench.about())
    names = bench.contestants()
    single = [name for name in (OURS, BUFFERED, FUSED, TORCH) if name in names]
    every = [name for name in (OURS_ALL, TORCH_ALL) if name in names]
    single_rows, every_rows = [], []
    for size in sizes:
        times, memory = bench.measure(size)
        seconds = {name: f"{statistics.median(times[name]):.3f}" for name in names}
        head = [str(size[0]), str(size[1]), f"{SAMPLES[size[2]]:,}"]
        single_rows.append(
            head
            + [seconds[name] for name in single]
            + [ratio(times, OURS, name) for name in single[1:]]
            + [f"{memory[OURS] / 1e6:.0f} MB"]
        )
        if every:
            every_rows.append(head + [seconds[name] for name in every] + [ratio(times, *every)])

    heads = ["batch", "hidden", "samples"]
    print(*about, sep="\n")
    print(f"\nSeconds an epoch on one thread; medians of {options.rounds} interleaved rounds. ÷ is graph-runner's")
    print("time divided by another's: it is the faster where that is below 1.\n")
    print(table(heads + single + [f"÷ {name}" for name in single[1:]] + ["peak memory"], single_rows))
    if every_rows:
        print(f"\nThe same with `--threads {CORES}` and with PyTorch as it comes:\n")
        print(table(heads + [OURS, TORCH, f"÷ {TORCH}"], every_rows))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
