#!/usr/bin/python3
"""A training file that does not fit: large_file.py GRAPH_RUNNER FOLDER [GIGABYTES] writes the digits of data/mnist over and
over into a file of 8 GB (unless told otherwise) in FOLDER, trains graphs/mlp.yaml for an epoch of it, once in memory and
once with --memory 100MB from a disk of which nothing is cached, and prints samples a second, peak memory, and what is left
in the page cache. It takes minutes and the disk, so nobody but its reader calls it."""
import json, os, pathlib, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
DIGITS = HERE.parent / "data/mnist"


def write_repeated(source, header, target, times):
    """The samples of an IDX file, `times` times."""
    whole = source.read_bytes()
    count = int.from_bytes(whole[4:8], "big")
    with open(target, "wb") as out:
        out.write(whole[:4] + (count * times).to_bytes(4, "big") + whole[8:header])
        for _ in range(times):
            out.write(whole[header:])
        out.flush()
        os.fsync(out.fileno())
    return count * times


def drop_cache(path):
    fd = os.open(path, os.O_RDONLY)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def cached_bytes():
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Cached:"))


def disk_rate(path):
    """Bytes a second of reading 2 GB in one go, uncached."""
    drop_cache(path)
    start, left = time.time(), 2 << 30
    with open(path, "rb", buffering=0) as file:
        while left > 0 and (read := len(file.read(8 << 20))):
            left -= read
    return ((2 << 30) - left) / (time.time() - start)


def train(tool, folder, memory):
    arrays = "{image: {file: images, scale: 1/255}, digit: {file: labels, one_hot: 10}}"
    command = [tool, HERE.parent / "graphs/mlp.yaml", "--json", "--memory", memory, "--data", folder]
    for setting in (f"data.train={arrays}", f"data.test={arrays}".replace("images", "few-images").replace("labels", "few-labels"),
                    "train.epochs=1", "train.shuffle=blocks", "train.require={}"):
        command += ["--set", setting]
    drop_cache(os.path.join(folder, "images"))
    before = cached_bytes()
    run = subprocess.Popen(command, stdout=subprocess.PIPE)
    epoch = next(event for event in map(json.loads, run.stdout) if event["event"] == "epoch")
    _, status, usage = os.wait4(run.pid, 0)
    assert status == 0, status
    return epoch["samples_per_second"], usage.ru_maxrss * 1024, cached_bytes() - before


def main():
    tool, folder = sys.argv[1], sys.argv[2]
    times = round(float(sys.argv[3] if len(sys.argv) > 3 else 8) * 1e9 / (60000 * 784))
    os.makedirs(folder, exist_ok=True)
    images = os.path.join(folder, "images")
    samples = write_repeated(DIGITS / "train-images-idx3-ubyte", 16, images, times)
    write_repeated(DIGITS / "train-labels-idx1-ubyte", 8, os.path.join(folder, "labels"), times)
    write_repeated(DIGITS / "t10k-images-idx3-ubyte", 16, os.path.join(folder, "few-images"), 1)
    write_repeated(DIGITS / "t10k-labels-idx1-ubyte", 8, os.path.join(folder, "few-labels"), 1)
    rate = disk_rate(images)
    print(f"{samples} samples, {os.path.getsize(images) / 1e9:.2f} GB; the disk reads {rate / 1e6:.0f} MB/s, "
          f"{rate / 784:.0f} samples/s", flush=True)
    for memory in ("100MB", "16GB"):
        speed, peak, cached = train(tool, folder, memory)
        print(f"--memory {memory}: {speed:.0f} samples/s, peak {peak / 1e6:.0f} MB, page cache {cached / 1e6:+.0f} MB",
              flush=True)


main()
