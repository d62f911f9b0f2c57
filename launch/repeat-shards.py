#!/usr/bin/env python3
"""Makes a data set of any size: the training samples of another, again and again.

    launch/repeat-shards.py data/mnist /tmp/large 10200000 [--shards 8] [--deflate 4]

Chunks are encoded once and written as they are, so that this takes as long as the disk does. Needs h5py.
"""
import argparse
import os

import h5py
import numpy

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("source", help="directory of shards of bytes")
parser.add_argument("target", help="directory to make")
parser.add_argument("samples", type=int)
parser.add_argument("--shards", type=int, default=8)
parser.add_argument("--deflate", type=int, default=0, help="level; 0 for none")
arguments = parser.parse_args()

names = sorted(name for name in os.listdir(arguments.source) if name.startswith("train-"))
files = [h5py.File(os.path.join(arguments.source, name)) for name in names]
x = numpy.concatenate([file["x"][:] for file in files])
y = numpy.concatenate([file["y"][:] for file in files])
rows = 300
x, y = x[: len(x) // rows * rows], y[: len(y) // rows * rows]


def encoded(chunk):
    """A chunk as HDF5 stores it: deflate, then Fletcher-32, which h5py computes in a file in memory."""
    with h5py.File("chunk", "w", driver="core", backing_store=False) as file:
        options = {"compression": "gzip", "compression_opts": arguments.deflate} if arguments.deflate else {}
        stored = file.create_dataset("x", data=chunk, chunks=chunk.shape, fletcher32=True, **options)
        return stored.id.read_direct_chunk((0,) * chunk.ndim)[1]


chunks = [encoded(x[start : start + rows]) for start in range(0, len(x), rows)]
os.makedirs(arguments.target)
total = arguments.samples // rows
for shard in range(arguments.shards):
    first, end = total * shard // arguments.shards, total * (shard + 1) // arguments.shards
    path = os.path.join(arguments.target, f"train-{shard:05}-of-{arguments.shards:05}.h5")
    with h5py.File(path, "w", libver="v110") as file:
        for key in "format", "format_version", "shape", "scale", "class_names":
            file.attrs[key] = files[0].attrs[key]
        file.attrs.update(dataset="repeated", count=(end - first) * rows)
        options = {"compression": "gzip", "compression_opts": arguments.deflate} if arguments.deflate else {}
        shape = ((end - first) * rows,) + x.shape[1:]
        stored = file.create_dataset(
            "x", shape, x.dtype, chunks=(rows,) + x.shape[1:], fletcher32=True, **options)
        for chunk in range(first, end):
            place = ((chunk - first) * rows,) + (0,) * (x.ndim - 1)
            stored.id.write_direct_chunk(place, chunks[chunk % len(chunks)])
        labels = numpy.resize(numpy.roll(y, -(first * rows) % len(y)), shape[0])
        file.create_dataset("y", data=labels, chunks=(min(1 << 16, shape[0]),), fletcher32=True, compression="gzip")
