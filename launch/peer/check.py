"""Repeats a step that `treevae-dist bench step --export` wrote, and compares outputs, loss and gradients.

    python check.py step.h5 [--weights weights.safetensors] [--losses 1e-4] [--outputs 1e-3] [--gradients 1e-3]

With --weights the model is filled from a file of the reference's names (reference.py), whose tensors must be those of
step.h5 to the last bit. Exits with status 1 if a figure deviates by more than its tolerance.

PyTorch computes in double precision: so what is found are errors of treevae-dist, not those of PyTorch. A gradient's
deviation is relative to its norm, or to a ten-thousandth of the norm of all gradients where that is larger: some
gradients vanish but for rounding. Where single precision puts the argument of a leaky ReLU on the other side of zero, the
gradient jumps, and is right all the same: such arguments, which are smaller than 1e-5, are looked for and put there in
PyTorch, too.
"""

import argparse
import re
import sys

import h5py
import torch

from families import Settings
from model import Topology, TreeVAE, node_name

TERMS = ("rec_loss", "kl_root", "kl_nodes", "kl_decisions")
# Names of a batch-norm's tensors here and there.
BATCH_NORM = {"scale": "weight", "shift": "bias", "running_variance": "running_var"}
# Arguments of a leaky ReLU that rounding may move across zero; they are of order 1.
KINK = 1e-5
MOST_KINKS = 40
# Of the norm of all gradients.
LEAST_NORM = 1e-4


def torch_name(path):
    """A tensor's path in the file as a name in the model's state: nodes nest there, not here."""
    parts = re.sub(r"^tree/(.*/)?(?=node_\d+/[a-z])", "", path).split("/")
    if parts[-2].startswith("batch_norm"):
        parts[-1] = BATCH_NORM.get(parts[-1], parts[-1])
    return ".".join(parts)


def stored(group):
    """All tensors of a group by their names in the model's state."""
    tensors = {}

    def collect(path, item):
        if isinstance(item, h5py.Dataset):
            tensors[torch_name(path)] = torch.from_numpy(item[...])

    group.visititems(collect)
    return tensors


def load_model(file, weights=None):
    """The file's model, with its tensors; or with those of `weights`, which must be the same."""
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
    if weights:
        import reference

        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.zero_()
        reference.load(model, weights)
        filled = model.state_dict()
        different = [name for name, tensor in state.items() if not torch.equal(tensor, filled[name])]
        if different:
            sys.exit(f"{weights}: tensors differ from those of {file.filename}: {different}")
    return model


class Check:
    """A model, a step's samples and noise in double precision, and the figures that did not agree."""

    def __init__(self, file, weights):
        self.file, self.step = file, file["step"]
        self.model = load_model(file, weights).double()
        nodes = range(len(self.model.tree.parent))
        self.images = torch.from_numpy(self.step["images"][...]).double()
        self.noise = [torch.from_numpy(self.step[f"noise/{node_name(node)}"][...]).double() for node in nodes]
        self.failures = []

    def report(self, name, deviation, tolerance):
        print(f"{name:42} {deviation:8.1e}")
        if not deviation <= tolerance:
            self.failures.append(f"{name} by {deviation:.1e}, more than {tolerance:.0e}")

    def terms(self, kind, group, terms, tolerance):
        for name, value in zip(TERMS, terms.tolist()):
            ours = float(group.attrs[name])
            self.report(f"{kind} {name}", abs(value - ours) / abs(ours), tolerance)

    def evaluation(self, loss_tolerance, tolerance):
        """Loss, probabilities of the leaves, and what the decoders make of z, with running statistics."""
        group, tree = self.step["evaluation"], self.model.tree
        self.model.eval()
        with torch.no_grad():
            terms, _, z, reach = self.model(self.images, self.noise)
            self.terms("evaluation", group, terms, loss_tolerance)
            for leaf in tree.leaves:
                name = node_name(leaf)
                for what, value in (
                    ("probabilities", reach[leaf]),
                    ("outputs", self.model.nodes[leaf].decoder(z[leaf]).flatten(1)),
                ):
                    ours = torch.from_numpy(group[f"{what}/{name}"][...]).double()
                    self.report(f"evaluation {what} {name}", float((value - ours).norm() / ours.norm()), tolerance)

    def gradients(self):
        """The parts of the loss, and all gradients."""
        self.model.train()
        self.model.zero_grad()
        terms, *_ = self.model(self.images, self.noise)
        (terms[0] + float(self.step.attrs["alpha"]) * terms[1:].sum()).backward()
        return terms.detach(), {name: p.grad.clone() for name, p in self.model.named_parameters()}

    def kinks(self):
        """The smallest arguments of leaky ReLUs: value, module and place."""
        found, hooks = [], []
        for name, module in self.model.named_modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):

                def look(module, inputs, output, name=name):
                    values = output.detach().flatten().abs()
                    for place in (values < KINK).nonzero().flatten().tolist():
                        found.append((float(values[place]), name, place))

                hooks.append(module.register_forward_hook(look))
        self.gradients()
        for hook in hooks:
            hook.remove()
        return sorted(found)[:MOST_KINKS]

    def training(self, loss_tolerance, tolerance):
        terms, expected = self.gradients()
        self.terms("step", self.step, terms, loss_tolerance)
        ours = {name: tensor.double() for name, tensor in stored(self.step["gradients"]).items()}
        if ours.keys() != expected.keys():
            sys.exit(f"{self.file.filename}: gradients of other tensors: {ours.keys() ^ expected.keys()}")
        whole = torch.stack([gradient.norm() for gradient in ours.values()]).norm()

        def distance(expected):
            return float(torch.stack([(ours[name] - expected[name]).norm() for name in ours]).norm() / whole)

        def worst(expected):
            return max(
                (float((ours[name] - expected[name]).norm() / max(ours[name].norm(), LEAST_NORM * whole)), name)
                for name in ours
            )

        moved = 0
        if worst(expected)[0] > tolerance and self.step["images"].dtype == "float32":
            for _, name, place in self.kinks():

                def mirror(module, inputs, output, place=place):
                    change = torch.zeros_like(output).flatten()
                    change[place] = -2 * output.detach().flatten()[place]
                    return output + change.view_as(output)

                hook = self.model.get_submodule(name).register_forward_hook(mirror)
                _, mirrored = self.gradients()
                if distance(mirrored) < distance(expected):
                    expected, moved = mirrored, moved + 1
                else:
                    hook.remove()
        deviation, name = worst(expected)
        if moved:
            print(f"arguments of leaky ReLUs on the other side of zero: {moved}")
        self.report("gradients of all tensors", distance(expected), tolerance)
        self.report(f"gradients: worst deviation, {name}", deviation, tolerance)


def main(path, weights=None, losses=1e-4, outputs=1e-3, gradients=1e-3):
    with h5py.File(path) as file:
        check = Check(file, weights)
        check.evaluation(losses, outputs)
        check.training(losses, gradients)
        if check.failures:
            sys.exit("\n".join(f"{path} deviates from PyTorch: {failure}" for failure in check.failures))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", help="written by 'treevae-dist bench step --export'")
    parser.add_argument("--weights", help="fill the model from this safetensors file")
    parser.add_argument("--losses", type=float, default=1e-4)
    parser.add_argument("--outputs", type=float, default=1e-3)
    parser.add_argument("--gradients", type=float, default=1e-3)
    arguments = parser.parse_args()
    main(arguments.step, arguments.weights, arguments.losses, arguments.outputs, arguments.gradients)
