#!/usr/bin/python3
"""Writes arrays into a folder by NumPy, to be read by a reader that is not NumPy's: write_arrays.py FOLDER.

Entry k (counted row by row) of each, of shape (3, 2, 4), is k % 2 of bools and 5 k - 20 of what has a sign, else 5 k."""
import sys

import numpy

folder = sys.argv[1]
numpy.random.seed(1)
k = numpy.arange(24).reshape(3, 2, 4)
types = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]
for name in types:
    for order in "<>":
        entries = k % 2 if name == "?" else 5 * k if name[0] == "u" else 5 * k - 20
        array = entries.astype(numpy.dtype(name).newbyteorder(order))
        for layout in "CF":
            stem = f"{'b1' if name == '?' else name}{'little' if order == '<' else 'big'}{layout}"
            numpy.save(f"{folder}/{stem}.npy", numpy.asarray(array, order=layout))
numpy.savez(f"{folder}/stored.npz", x_train=k * 0.5, y_train=k[:, 0, 0])
numpy.savez_compressed(f"{folder}/deflated.npz", x_train=k * 0.5, y_train=k[:, 0, 0])
numpy.savez(f"{folder}/single.npz", k)
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"{folder}/version{version[0]}.npy", "wb") as file:
        numpy.lib.format.write_array(file, k, version=version)
# Every class of halves: zeros, subnormal and normal ones.
numpy.save(f"{folder}/halves.npy", numpy.array([0, 2**-24, -1023 * 2**-24, 2**-14, 1 / 3, -65504], "f2"))
numpy.save(f"{folder}/large.npy", numpy.array([2**53, 2**63 + 2**12, 2**64 - 2**11], "u8"))
numpy.save(f"{folder}/unexact.npy", numpy.array([[1, 2], [3, 2**53 + 1]], "i8"))
numpy.save(f"{folder}/rounds_up.npy", numpy.array([2**64 - 1], "u8"))
numpy.save(f"{folder}/complex.npy", k * 1j)
numpy.save(f"{folder}/text.npy", numpy.array(["a", "b"]))
numpy.save(f"{folder}/records.npy", numpy.zeros(2, [("a", "f8"), ("b", "i4")]))
numpy.save(f"{folder}/objects.npy", numpy.array([None, 1], object), allow_pickle=True)
numpy.save(f"{folder}/long.npy", numpy.zeros(2, numpy.longdouble))
numpy.save(f"{folder}/number.npy", numpy.array(3.0))
numpy.save(f"{folder}/empty.npy", numpy.zeros((0, 3)))
