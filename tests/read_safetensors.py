#!/usr/bin/python3
"""Reads a file of the format safetensors with nothing but Python, and prints it as JSON: a map from names to lists."""
import json, struct, sys

with open(sys.argv[1], "rb") as f:
    length = struct.unpack("<Q", f.read(8))[0]
    header = json.loads(f.read(length))
    data = f.read()
letters = {"F32": "f", "F64": "d", "I64": "q"}
tensors, seen = {}, 0
for name, tensor in header.items():
    if name == "__metadata__":
        continue
    begin, end = tensor["data_offsets"]
    assert begin == seen, "tensors follow each other"
    seen = end
    count = 1
    for n in tensor["shape"]:
        count *= n
    tensors[name] = {"shape": tensor["shape"], "entries": struct.unpack(f"<{count}{letters[tensor['dtype']]}", data[begin:end])}
assert seen == len(data) and (8 + length) % 8 == 0
print(json.dumps({"metadata": header["__metadata__"], "tensors": tensors}))
