#!/usr/bin/python3
"""Times the reading of a large CSV: graph-runner, and pandas.read_csv. Started by tools/bench.

Every round runs each once, in turn, as a process of its own.
"""
import argparse
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # no __pycache__ among the tools
from bench_training import fail, ratio, run, say, table  # noqa: E402

OURS, PANDAS = "graph-runner", "pandas.read_csv"
# The sum reads every number once; pandas need not.
GRAPH = "inputs: {{x: [n, {columns}]}}\nnodes: {{s: sum(x)}}\ndata: {{train: {{x: {{file: {file}}}}}}}\n"
READ = """import pandas, sys, time
start = time.perf_counter()
table = pandas.read_csv(sys.argv[1], header=None)
print('{"seconds": %f, "sum": %.9g}' % (time.perf_counter() - start, table.to_numpy().sum()))"""


def write_numbers(path, rows, columns):
    """Numbers of 17 digits between -1 and 1, as programs write them."""
    draw = random.Random(1).uniform
    with open(path, "w", encoding="ascii") as file:
        for _ in range(rows):
            file.write(",".join(repr(draw(-1, 1)) for _ in range(columns)) + "\n")


def seconds(name, command):
    """Of graph-runner the whole process; of pandas the call, without its import."""
    start = time.perf_counter()
    code, objects, errors, _ = run(command)
    outside = time.perf_counter() - start
    if code != 0:
        fail(f"{name} failed with exit code {code}: {errors}")
    return (objects[0]["seconds"], objects[0]["sum"]) if name == PANDAS else (outside, objects[0]["entries"][0])


def main():
    parser = argparse.ArgumentParser(prog="tools/bench csv", description="graph-runner's CSV beside pandas'.")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of both in turn (5)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the file (1,000,000)")
    parser.add_argument("--columns", type=int, default=10, help="of the file (10)")
    options = parser.parse_args()
    if min(options.rounds, options.rows, options.columns) < 1:
        parser.error("--rounds, --rows and --columns start at 1")
    with tempfile.TemporaryDirectory() as folder:
        file, graph = pathlib.Path(folder, "numbers.csv"), pathlib.Path(folder, "sum.yaml")
        say(f"writing {options.rows:,} rows of {options.columns} numbers")
        write_numbers(file, options.rows, options.columns)
        graph.write_text(GRAPH.format(columns=options.columns, file=file.name), encoding="ascii")
        size = os.path.getsize(file)
        commands = {OURS: [f"{options.build}/graph-runner", "--json", graph], PANDAS: [sys.executable, "-c", READ, file]}
        times, sums = {name: [] for name in commands}, {}
        for at in range(options.rounds):
            say(f"round {at + 1} of {options.rounds}")
            for name, command in commands.items():
                took, sums[name] = seconds(name, command)
                times[name].append(took)
    if abs(sums[OURS] - sums[PANDAS]) > 1e-2:
        fail(f"these are not the same numbers: their sums are {sums}")
    print(f"Medians of {options.rounds} interleaved rounds, {size / 1e6:.0f} MB: of {OURS} the whole process, which also\n"
          "adds the numbers up; of pandas the call alone, into doubles.\n")
    rows = [[name, f"{statistics.median(times[name]):.2f}",
             "1" if name == PANDAS else ratio(times, OURS, PANDAS)] for name in times]
    print(table(["reader", "seconds", f"÷ {PANDAS}"], rows))


if __name__ == "__main__":
    main()
