"""The estimator."""

import os
import tempfile

import h5py
import numpy

from . import _program
from ._checkpoint import read
from ._tree import Drawing

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    from ._plain import (
        BaseEstimator,
        ClassNamePrefixFeaturesOutMixin,
        ClusterMixin,
        TransformerMixin,
        check_is_fitted,
        validate_data,
    )


class TreeVAE(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Hierarchical clusters of samples by a Tree Variational Autoencoder, which treevae-dist trains.

    Parameters
    ----------
    n_leaves : most leaves of the tree.
    epochs : epochs of each phase; None for what treevae-dist chooses.
    shape : shape of a sample, (channels, height, width) or (height, width), where X has flat rows of pictures.
    standardise : whether columns are brought to mean 0 and deviation 1; None for where values leave [0, 1] and are no
        counts, and samples no pictures.
    settings : dict of further settings by their dotted keys (docs/configuration.md), {"growth.prune": False}.
    config : path of a configuration file; None for settings that follow from the samples.
    n_ranks : processes, which mpirun starts if there are several. The result is that of one, to rounding at most.
    random_state : the seed; None for the program's.
    out : directory of the run, which is kept; None for one that is removed.
    verbose : whether the run is shown.

    Attributes
    ----------
    labels_ : cluster of every sample, [n]: an index into ``leaves_``.
    leaves_ : the leaves' numbers in the tree; those without a sample of X come last.
    tree_ : the ``Tree``.
    history_ : of every epoch, a dict of arrays.
    model_ : the checkpoint, as bytes of a file.
    """

    def __init__(
        self,
        n_leaves=10,
        *,
        epochs=None,
        shape=None,
        standardise=None,
        settings=None,
        config=None,
        n_ranks=1,
        random_state=None,
        out=None,
        verbose=False,
    ):
        self.n_leaves = n_leaves
        self.epochs = epochs
        self.shape = shape
        self.standardise = standardise
        self.settings = settings
        self.config = config
        self.n_ranks = n_ranks
        self.random_state = random_state
        self.out = out
        self.verbose = verbose

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    def fit(self, X, y=None):
        """Trains a tree on samples, [n, features]. y is ignored."""
        X = validate_data(self, X, dtype=numpy.float32, ensure_min_samples=2, copy=True)
        self.mean_, self.deviation_ = self._moments(X)
        with tempfile.TemporaryDirectory(prefix="treevae-") as folder:
            data = self._prepare(X, folder)
            out = os.path.join(folder, "run") if self.out is None else os.fspath(self.out)
            arguments = ["train", "--data", data, "--out", out, "--no-report"]
            if self.config is not None:
                arguments += ["--config", os.fspath(self.config)]
            arguments += ["--progress"] if self.verbose else ["--quiet"]
            _program.run(arguments + self._overrides(), self.n_ranks, shows=bool(self.verbose))
            with open(os.path.join(out, "model.h5"), "rb") as file:
                self.model_ = file.read()
            checkpoint = read(out)
            self.tree_ = checkpoint.tree
            self.history_ = checkpoint.history
            leaf, _, latents = self._assign(X, folder, data)
        present = set(leaf.tolist())
        leaves = checkpoint.tree.leaves.tolist()
        self.leaves_ = numpy.array(
            [number for number in leaves if number in present] + [number for number in leaves if number not in present]
        )
        self.labels_ = self._labels(leaf)
        self._n_features_out = latents.shape[1]
        return self

    def predict(self, X):
        """The cluster of every sample, [n]: its most probable leaf, an index into ``leaves_``."""
        return self._labels(self._evaluate(X)[0])

    def predict_proba(self, X):
        """The probability of every leaf, [n, leaves], in the order of ``leaves_``."""
        return self._evaluate(X)[1][:, self.leaves_]

    def transform(self, X):
        """Latents of the root, [n, latent size]: the means of their posteriors."""
        return self._evaluate(X)[2]

    def plot(self, X=None, y=None):
        """The tree as a ``Drawing``; with samples it shows some of every leaf beside what the leaf generates, or what tells
        them from others, and with labels their classes."""
        check_is_fitted(self)
        with tempfile.TemporaryDirectory(prefix="treevae-") as folder:
            path = os.path.join(folder, "tree.svg")
            model = self._write_model(folder)
            if X is None:
                _program.run(["export", "--checkpoint", model, "--format", "svg", "--out", path])
            else:
                data = self._prepare(self._checked(X), folder, labels=y)
                _program.run(
                    ["report", "--checkpoint", model, "--data", data, "--split", "train", "--out", path]
                )
            with open(path, encoding="utf-8") as file:
                return Drawing(file.read())

    def save(self, path):
        """Writes the checkpoint, for ``treevae-dist`` and ``read``."""
        check_is_fitted(self)
        with open(path, "wb") as file:
            file.write(self.model_)

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(self, X, dtype=numpy.float32, reset=False)

    def _evaluate(self, X):
        """Of every sample its leaf's number, the probability of every node, and the root's latents."""
        X = self._checked(X)
        with tempfile.TemporaryDirectory(prefix="treevae-") as folder:
            return self._assign(X, folder, self._prepare(X, folder))

    def _assign(self, X, folder, data):
        path = os.path.join(folder, "leaves.h5")
        model = self._write_model(folder)
        _program.run(
            ["assign", "--checkpoint", model, "--data", data, "--split", "train", "--out", path, "--embedding"]
        )
        with h5py.File(path, "r") as file:
            return file["leaf"][:], file["probability"][:], file["z/node_000"][:]

    def _labels(self, leaf):
        index = {int(number): label for label, number in enumerate(self.leaves_)}
        return numpy.array([index[int(number)] for number in leaf], dtype=int)

    def _write_model(self, folder):
        path = os.path.join(folder, "model.h5")
        with open(path, "wb") as file:
            file.write(self.model_)
        return path

    def _moments(self, X):
        """Mean and deviation that columns are standardised by: 0 and 1 where they are not."""
        standardises = self.standardise
        if standardises is None:
            counts = X.min() >= 0 and bool((X == numpy.round(X)).all())
            standardises = self.shape is None and not counts and (X.min() < 0 or X.max() > 1)
        if not standardises:
            return numpy.zeros(X.shape[1], numpy.float32), numpy.ones(X.shape[1], numpy.float32)
        wide = X.astype(numpy.float64)
        deviation = wide.std(axis=0)
        # A column without variation stays at 0.
        deviation[deviation < 1e-12 * numpy.maximum(1, abs(wide).max(axis=0))] = 1
        return wide.mean(axis=0), deviation

    def _prepare(self, X, folder, labels=None):
        """Shards of samples: the path of their directory."""
        values = numpy.ascontiguousarray((X - self.mean_) / self.deviation_, dtype=numpy.float32)
        if self.shape is not None:
            values = values.reshape(len(values), *self.shape)
        source = os.path.join(folder, "samples.npy")
        numpy.save(source, values)
        data = os.path.join(folder, "data")
        arguments = ["prepare", "npy", "--from", source, "--out", data, "--test-fraction", "0", "--shards", "1"]
        if labels is not None:
            names = os.path.join(folder, "labels.npy")
            labels = numpy.asarray(labels)
            if labels.dtype == object:
                labels = labels.astype(str)
            numpy.save(names, labels)
            arguments += ["--label", names]
        _program.run(arguments)
        return data

    def _overrides(self):
        settings = {"growth.max_leaves": self.n_leaves}
        if self.out is None:
            # Nobody could resume from a directory that goes when fit ends.
            settings["checkpoint.every_epochs"] = 1_000_000
        if self.random_state is not None:
            seed = self.random_state
            settings["seed"] = int(seed.randint(1 << 31) if hasattr(seed, "randint") else seed)
        if self.epochs is not None:
            for phase in ("initial", "subtree", "intermediate", "finetune"):
                settings[f"training.epochs.{phase}"] = self.epochs
        settings.update(self.settings or {})
        return [f"{key}={_yaml(value)}" for key, value in settings.items()]


def _yaml(value):
    """A value as the program reads it."""
    if isinstance(value, (bool, numpy.bool_)):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value)
