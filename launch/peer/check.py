"""Repeats a step that `treevae-dist bench step --export` wrote, and compares loss and gradients.

    python check.py step.h5 [loss_tolerance gradient_tolerance]

Exits with status 1 if a part of the loss deviates by more than 1e-4, or a gradient by more than 1e-2 in norm.
"""

import re
import sys

import h5py
import torch

from families import Settings
from model import Topology, TreeVAE, node_name

LOSS_TOLERANCE = 1e-4
GRADIENT_TOLERANCE = 1e-2
TERMS = ("rec_loss", "kl_root", "kl_nodes", "kl_decisions")
# Names of a batch-norm's tensors here and there.
BATCH_NORM = {"scale": "weight", "shift": "bias", "running_variance": "running_var"}


def torch_name(path):
    """A tensor's path in the file as a name in the model's state: nodes nest there, not here."""
    parts = re.sub(r"^tree/(.*/)?(?=node_\d+/[a-z])", "", path).split("/")
    if parts[-2].startswith("batch_norm"):
        parts[-1] = BATCH_NORM.get(parts[-1], parts[-1])
    return ".".join(parts)


def load_model(file):
    """The file's model, with its tensors."""
    step, tree = file["step"], file["tree"]
    Settings.read(file)
    model = TreeVAE(Topology(tree["parent"][:], tree["left"][:], tree["right"][:]))
    # Before the tensors come, which would be rounded.
    model.to(torch.from_numpy(step["images"][:0]).dtype)
    state = {}

    def collect(path, item):
        if "trainable" in item.attrs:
            state[torch_name(path)] = torch.from_numpy(item[...])

    file.visititems(collect)
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        sys.exit(f"{file.filename}: tensors differ: only here {missing}, only there {unexpected}")
    return model


def main(path, loss_tolerance=LOSS_TOLERANCE, gradient_tolerance=GRADIENT_TOLERANCE):
    with h5py.File(path) as file:
        model = load_model(file)
        step = file["step"]
        images = torch.from_numpy(step["images"][...])
        nodes = range(len(model.tree.parent))
        noise = [torch.from_numpy(step[f"noise/{node_name(node)}"][...]) for node in nodes]
        model.train()
        terms, *_ = model(images, noise)
        (terms[0] + float(step.attrs["alpha"]) * terms[1:].sum()).backward()

        failures = 0
        print(f"{'':14}{'treevae-dist':>16}{'PyTorch':>16}{'deviation':>12}")
        for name, value in zip(TERMS, terms.tolist()):
            ours = float(step.attrs[name])
            deviation = abs(value - ours) / abs(ours)
            failures += not deviation <= loss_tolerance
            print(f"{name:14}{ours:16.8g}{value:16.8g}{deviation:12.1e}")

        gradients = {}

        def collect(path, item):
            if isinstance(item, h5py.Dataset):
                gradients[torch_name(path)] = torch.from_numpy(item[...]).double()

        step["gradients"].visititems(collect)
        # A tensor whose gradient vanishes but for rounding is compared with the norm of all.
        floor = 1e-4 * torch.stack([gradient.norm() for gradient in gradients.values()]).norm()
        worst = (0.0, "")
        for name, parameter in model.named_parameters():
            ours = gradients.pop(name)
            deviation = float((parameter.grad.double() - ours).norm() / (ours.norm() + floor))
            failures += not deviation <= gradient_tolerance
            worst = max(worst, (deviation, name))
        failures += len(gradients)
        print(f"gradients: worst deviation {worst[0]:.1e} in {worst[1]}")
        if failures:
            sys.exit(f"{path}: {failures} figures of PyTorch deviate")


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
