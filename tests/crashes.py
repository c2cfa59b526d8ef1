#!/usr/bin/python3
"""What saves must outlive. crashes.py GRAPH_RUNNER kills N: runs that are killed with -9 at N moments, a quarter of
them or more inside a save, each resumed until it is done; all must end with the files of one that was left alone.
crashes.py GRAPH_RUNNER faults N: the first N calls of each kind that saves make fail once (strace -e inject) in each of
several ways; the files are then the old or the new ones, and whole. Prints a line of what was seen; exits with 1 where something was lost."""
import glob, hashlib, json, os, subprocess, sys, tempfile, time, zlib

GRAPH = """inputs: {x: [batch, %d], y: [batch, %d]}
nodes:
  hidden: {type: Linear, in: x, units: %d}
  active: {type: Dropout, in: hidden, rate: 0.1}
  output: {type: Linear, in: active, units: %d}
  loss: {type: SquaredLoss, in: [output, y]}
data: {train: {x: [%s], y: [%s]}, test: {x: [%s], y: [%s]}}
train:
  minimize: loss
  optimizer: {type: SGD, rate: 0.01, momentum: 0.9}
  batch: 4
  epochs: %d
  keep: best
  every: %d
"""


def write_graph(path, epochs, width, every):
    rows = ["[" + ", ".join(str((i * j) % 7 / 7) for j in range(1, width + 1)) + "]" for i in range(1, 41)]
    some = ", ".join(rows[:40]), ", ".join(rows[39::-1]), ", ".join(rows[:5]), ", ".join(rows[5:10])
    with open(path, "w") as f:
        f.write(GRAPH % (width, width, width, width, *some, epochs, every))


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def events(text):
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # cut short by the kill
            pass
    return found


def command(tool, *more):
    return [tool, "g.yaml", "--save", "m.safetensors", "--json", *more]


def kills(tool, count):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_graph("g.yaml", 12, 64, 1)
        start = time.time()
        assert subprocess.run(command(tool), stdout=subprocess.DEVNULL).returncode == 0
        whole = time.time() - start
        wanted = digest("m.safetensors"), digest("m.safetensors.resume")
        inside = resumed = worst = 0
        for i in range(count):
            for f in glob.glob("m.*"):
                os.unlink(f)
            with open("log", "w") as log:
                run = subprocess.Popen(command(tool), stdout=log)
                time.sleep(whole * (i + 0.5) / count)
                run.kill()
                run.wait()
            with open("log") as log:
                seen = [e["epoch"] for e in events(log.read()) if e["event"] == "epoch"]
            inside += bool(glob.glob("m.*.part"))  # what a save leaves where it is cut short
            again = command(tool, "--resume") if os.path.exists("m.safetensors.resume") else command(tool)
            done = subprocess.run(again, stdout=subprocess.PIPE, text=True)
            assert done.returncode == 0, done
            for e in events(done.stdout):
                if e["event"] == "resumed":
                    resumed += 1
                    # Ten steps an epoch, and a state after each: what was told was saved.
                    assert e["step"] >= 10 * max(seen, default=0), (e, seen)
            assert (digest("m.safetensors"), digest("m.safetensors.resume")) == wanted, i
            assert not glob.glob("m.*.part") and not glob.glob("m.*.lock")
        print(f"{count} kills, {inside} inside a save, {resumed} resumed: every file is that of a run left alone")
        return inside >= count / 4


def is_whole(path):
    """By the checksum, which stands in the header: the CRC-32 of the file with zeros in its place."""
    with open(path, "rb") as f:
        file = f.read()
    at = file.index(b'"checksum":"') + 12
    return int(file[at : at + 8], 16) == zlib.crc32(file[:at] + b"00000000" + file[at + 8 :])


def faults(tool, most):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        model = os.path.join(folder, "m.safetensors")
        files = [folder] + [model + end for end in ("", ".part", ".lock", ".resume", ".resume.part")]
        write_graph("g.yaml", 1, 8, 1000)
        run = [tool, "g.yaml", "--save", model, "--quiet"]
        assert subprocess.run(run + ["--seed", "1"], stdout=subprocess.DEVNULL).returncode == 0
        old = digest(model)
        assert subprocess.run(run + ["--seed", "2"], stdout=subprocess.DEVNULL).returncode == 0
        new = digest(model)
        seen = 0
        for call in "write", "fsync", "rename", "close":
            for fault in "error=ENOSPC", "error=EIO", "error=EINTR", "retval=1", "signal=KILL":
                if fault == "retval=1" and call != "write":  # one that took less than it says
                    continue
                for when in range(1, most + 1):
                    subprocess.run(run + ["--seed", "1"], stdout=subprocess.DEVNULL)
                    inject = f"inject={call}:{fault}:when={when}"
                    paths = [word for f in files for word in ("-P", f)]
                    done = subprocess.run(["strace", "-f", "-o", "trace", *paths, "-e", f"trace={call}", "-e", inject, *run, "--seed", "2"],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    with open("trace") as f:
                        if "INJECTED" not in f.read() and done.returncode == 0:
                            break  # there are no more such calls
                    seen += 1
                    survives = fault == "error=EINTR" or call == "close"
                    expected = (-9, 137) if fault == "signal=KILL" else (0,) if survives else (4,)
                    assert done.returncode in expected, (inject, done.returncode, done.stderr)
                    assert digest(model) in (old, new) and is_whole(model), inject
                    assert is_whole(model + ".resume"), inject
        print(f"{seen} faults: the files were whole after each")
        return seen >= 30


tool, mode, count = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.exit(0 if (kills if mode == "kills" else faults)(tool, count) else 1)
