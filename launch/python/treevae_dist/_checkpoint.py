"""Reading checkpoints (docs/checkpoint-format.md)."""

import os

import h5py
import numpy

from ._tree import Tree


class Checkpoint:
    """What a checkpoint holds.

    tree: the ``Tree``.
    configuration: the resolved configuration as YAML text.
    dataset: name of the data set.
    input_shape: shape of a sample.
    class_names: names of the classes; empty without labels.
    phase: where the run stood.
    history: of every epoch, a dict of arrays: phase, loss, rec_loss, nmi, ...
    tensors: every tensor, a dict of arrays by path.
    """

    def __init__(self, file):
        attributes = file.attrs
        self.configuration = _text(attributes["configuration"])
        self.dataset = _text(attributes["dataset"])
        self.phase = _text(attributes["phase"])
        self.input_shape = tuple(int(extent) for extent in attributes["input_shape"])
        self.class_names = _texts(attributes["class_names"]) if "class_names" in attributes else []
        topology = {name: file["tree"][name][:] for name in ("parent", "left", "right", "depth")}
        samples = numpy.zeros(len(topology["parent"]), dtype=int)
        groups = {}

        def visit(name, item):
            if isinstance(item, h5py.Group) and "id" in item.attrs:
                groups[int(item.attrs["id"])] = item.attrs

        file["tree"].visititems(visit)
        known = all("samples" in group for group in groups.values())
        for node, group in groups.items():
            samples[node] = group["samples"] if known else 0
        leaves = numpy.asarray(file["tree"].attrs["leaves"], dtype=int).reshape(-1)
        self.tree = Tree(**topology, leaves=leaves, samples=samples if known else None)
        self.history = {
            name: numpy.array(_texts(values)) if name == "phase" else numpy.atleast_1d(values)
            for name, values in file["history"].attrs.items()
            if name != "epochs"
        }
        self.tensors = {}

        def collect(name, item):
            if isinstance(item, h5py.Dataset) and "trainable" in item.attrs:
                self.tensors["/" + name] = item[()]

        file.visititems(collect)

    def __repr__(self):
        return f"Checkpoint({self.dataset}, {self.phase}, {self.tree!r})"


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _texts(values):
    return [_text(value) for value in numpy.atleast_1d(values)]


def read(path):
    """Reads a checkpoint: a file, or the directory of a run that has finished."""
    path = os.fspath(path)
    if os.path.isdir(path):
        path = os.path.join(path, "model.h5")
    with h5py.File(path, "r") as file:
        name = _text(file.attrs.get("format", ""))
        if name != "treevae-dist checkpoint":
            raise ValueError(f"{path} is no checkpoint of treevae-dist: its attribute 'format' is '{name}'")
        version = int(file.attrs["format_version"])
        if version not in (1, 2):
            raise ValueError(f"{path} has format version {version}; this package reads versions 1 and 2")
        return Checkpoint(file)
