#!/usr/bin/python3
"""Trains the networks that come with graph-runner, at several seeds, and times an epoch of those that PyTorch is given
too. Started by tools/bench.

Every round runs both contestants once, in turn, as processes of their own that train for two epochs, of which the faster
counts; as in bench_training.py, ratios are medians of each round's ratio.
"""
import argparse
import statistics
import sys

sys.dont_write_bytecode = True  # no __pycache__ among the tools
from bench_training import MNIST, OURS, TOP, TORCH, Bench, clean_environment, fail, ratio, run, say, table  # noqa: E402

NETWORKS = ["lenet", "resnet-fashion", "autoencoder", "char-transformer", "adding-lstm"]
# What trains the same in PyTorch, and what it is given.
RIVALS = {
    "lenet": ["bench_lenet.py", MNIST / "train-images-idx3-ubyte", MNIST / "train-labels-idx1-ubyte"],
    "char-transformer": ["bench_transformer.py", TOP / "data/moses/moses.txt"],
}
EPOCHS = 2


class NetworkBench(Bench):
    def __init__(self, options):
        self.build = options.build
        self.environment, self.dropped = clean_environment(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        self.torch = self.find_torch() if options.rounds else None

    def train(self, network, *settings):
        """What graph-runner says at the end of training, the seconds of each epoch, and the peak memory in bytes."""
        graph = TOP / "graphs" / f"{network}.yaml"
        code, objects, errors, memory = run([f"{self.build}/graph-runner", graph, "--json", *settings])
        verdict = [o for o in objects if o["event"] == "verdict"]
        if code not in (0, 1) or not verdict:
            fail(f"{network} failed with exit code {code}: {errors}")
        return verdict[0], [o["seconds"] for o in objects if o["event"] == "epoch"], memory

    def row(self, network, seed):
        verdict, seconds, _ = self.train(network, "--seed", seed)
        checked = "; ".join(f"{c['requirement']}: {'met' if c['holds'] else 'NOT MET'}" for c in verdict["checked"])
        values = ", ".join(f"{c['found']:.4f}" for c in verdict["checked"])
        return [network, str(seed), str(verdict["epoch"]), values, checked, f"{sum(seconds):.0f}"]

    def time(self, name, network):
        """The seconds of the faster epoch, and the peak memory in bytes."""
        if name == OURS:
            _, seconds, memory = self.train(network, "--threads", 1, "--set", f"train.epochs={EPOCHS}")
            return min(seconds), memory
        script, *arguments = RIVALS[network]
        command = [sys.executable, TOP / "tools/rivals" / script, *arguments, EPOCHS]
        code, objects, errors, memory = run(command, self.environment)
        if code != 0 or len(objects) != EPOCHS:
            fail(f"{script} failed with exit code {code}: {errors}")
        return min(o["seconds"] for o in objects), memory

    def beside(self, network, rounds):
        times, memory = {OURS: [], TORCH: []}, {OURS: 0, TORCH: 0}
        for at in range(rounds):
            say(f"{network}: round {at + 1} of {rounds}")
            for name in (OURS, TORCH) if at % 2 == 0 else (TORCH, OURS):
                seconds, peak = self.time(name, network)
                times[name].append(seconds)
                memory[name] = max(memory[name], peak)
        seconds = [f"{statistics.median(times[name]):.2f}" for name in (OURS, TORCH)]
        megabytes = [f"{memory[name] / 1e6:.0f} MB" for name in (OURS, TORCH)]
        return [network, *seconds, ratio(times, OURS, TORCH), *megabytes, f"{memory[OURS] / memory[TORCH]:.2f}"]


def main():
    parser = argparse.ArgumentParser(prog="tools/bench networks", description="The networks of graphs/, trained.")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=int, default=3, help="at which each is trained to its end, from 1; 0: none (3)")
    parser.add_argument("--rounds", type=int, default=3, help="of those that PyTorch trains too, in turn; 0: none (3)")
    parser.add_argument("--only", metavar="NAME,…", help=f"only these of {', '.join(NETWORKS)}")
    options = parser.parse_args()
    networks = options.only.split(",") if options.only else NETWORKS
    unknown = [name for name in networks if name not in NETWORKS]
    if unknown:
        parser.error(f"--only: '{unknown[0]}' is none of {', '.join(NETWORKS)}")
    if min(options.seeds, options.rounds) < 0:
        parser.error("--seeds and --rounds start at 0")
    bench = NetworkBench(options)
    if bench.torch:
        rows = [bench.beside(name, options.rounds) for name in networks if name in RIVALS]
        print(f"\nSeconds of an epoch on one thread, PyTorch {bench.torch['version']} eager; medians of {options.rounds} "
              "interleaved rounds;\n÷ is graph-runner's divided by PyTorch's.\n")
        print(table(["network", OURS, TORCH, "÷", "memory", "PyTorch's", "÷"], rows), flush=True)
    if options.seeds:
        rows = []
        for name in networks:
            for seed in range(1, options.seeds + 1):
                say(f"training {name}, seed {seed}")
                rows.append(bench.row(name, seed))
        print("\nTrained to the end; what the file requires of itself, and the seconds of all epochs.\n")
        print(table(["network", "seed", "epochs", "found", "required", "seconds"], rows))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
