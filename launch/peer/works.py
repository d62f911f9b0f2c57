"""The works that are timed, each in the ways that PyTorch offers.

A work is built by `build(work, setting, leaves, batch)`, which returns a function that does one step of it: a batch
after the other of random images, as `treevae-dist bench` does.
"""

import re
from dataclasses import dataclass

import torch

from families import Chain, Settings
from model import GaussianHead, Router, Subtree, Topology, Transformation, TreeVAE

BATCHES = 16  # of different images
ALPHA = 0.5  # weight of the KL parts
SEED = 42


@dataclass(frozen=True)
class Setting:
    """A way to run a work."""

    name: str
    # Adam's implementation: "loop" over tensors, "foreach" (lists of tensors at once) or "fused".
    adam: str = "fused"
    # Whether maps are stored with channels innermost.
    channels_last: bool = False
    compiled: bool = False


TRAINING = (
    Setting("eager, Adam loop", adam="loop"),
    Setting("eager, Adam foreach", adam="foreach"),
    Setting("eager, Adam fused"),
    Setting("eager, Adam fused, channels last", channels_last=True),
    Setting("compiled, Adam fused", compiled=True),
)
INFERENCE = (
    Setting("eager"),
    Setting("eager, channels last", channels_last=True),
    Setting("compiled", compiled=True),
)

# What can be timed, and the settings of each.
WORKS = {
    "training step": TRAINING,
    "subtree step, whole tree in every step": TRAINING,
    "subtree step, cached by hand": TRAINING,
    "leaf probabilities, whole forward": INFERENCE,
    "leaf probabilities, cut by hand": INFERENCE,
}


def random_images(batch):
    return torch.rand(BATCHES * batch, *Settings.input_shape)


def batches(images, batch):
    """Indices of the next batch, for ever."""
    while True:
        for order in torch.randperm(len(images)).split(batch):
            yield order


def adam(parameters, setting):
    # The defaults of treevae-dist, which are those of the published tables.
    options = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    return torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, **options[setting.adam])


def prepared(module, setting):
    """Brings the module into the setting's form."""
    if setting.channels_last:
        module.to(memory_format=torch.channels_last)
    if setting.compiled:
        # Block by block: all blocks of a kind share one compilation, of seconds. A whole tree as one graph has
        # thousands of operations, which take longer to compile than this comparison runs.
        for block in module.modules():
            if isinstance(block, (Chain, Router, Transformation, GaussianHead)):
                block.compile()
        for layer in bottom_up(module):
            layer.compile()
    return module


def bottom_up(module):
    """The layers of the bottom-up chain, if the module has one."""
    return [layer for name, layer in module.named_modules() if re.search(r"bottom_up\.layer_\d$", name)]


def training_step(setting, leaves, batch, wrap=lambda module: module):
    model = TreeVAE(Topology.balanced(leaves)).train()
    call = wrap(prepared(model, setting))
    optimiser = adam(model.parameters(), setting)
    images = random_images(batch)
    order = batches(images, batch)

    def step():
        terms, *_ = call(images[next(order)])
        optimiser.zero_grad(set_to_none=True)
        (terms[0] + ALPHA * terms[1:].sum()).backward()
        optimiser.step()

    return step


def subtree_step(setting, leaves, batch, cached):
    model = TreeVAE(Topology.balanced(leaves)).eval().requires_grad_(False)
    tree = model.tree
    leaf = min(tree.leaves, key=lambda leaf: tree.depth[leaf])
    depth = tree.depth[leaf]
    frozen = prepared(model, setting)
    subtree = Subtree(depth).train()
    call = prepared(subtree, setting)
    optimiser = adam(subtree.parameters(), setting)
    images = random_images(batch)
    order = batches(images, batch)

    def inputs(images, model):
        with torch.no_grad():
            _, levels, z, reach = model(images)
        return levels[depth], levels[depth + 1], z[leaf], reach[leaf]

    kept = inputs(images, model) if cached else None

    def step():
        indices = next(order)
        x = images[indices]
        given = [value[indices] for value in kept] if cached else inputs(x, frozen)
        terms = call(x, *given)
        optimiser.zero_grad(set_to_none=True)
        (terms[0] + ALPHA * terms[1:].sum()).backward()
        optimiser.step()

    return step


class LeafProbabilities(torch.nn.Module):
    """Encoder and inference routers alone."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return self.model.leaf_probabilities(images)


def leaf_probabilities(setting, leaves, batch, cut):
    model = TreeVAE(Topology.balanced(leaves)).eval()
    call = prepared(LeafProbabilities(model) if cut else model, setting)
    images = random_images(batch)
    order = batches(images, batch)

    @torch.no_grad()
    def step():
        result = call(images[next(order)])
        if cut:
            return result
        *_, reach = result
        return torch.stack([reach[leaf] for leaf in model.tree.leaves], 1)

    return step


def build(work, setting, leaves, batch):
    """A function that does one step of a work; `leaves` are those of the finished tree."""
    torch.manual_seed(SEED)
    match work:
        case "training step":
            return training_step(setting, leaves, batch)
        case "subtree step, whole tree in every step":
            return subtree_step(setting, leaves - 1, batch, cached=False)
        case "subtree step, cached by hand":
            return subtree_step(setting, leaves - 1, batch, cached=True)
        case "leaf probabilities, whole forward":
            return leaf_probabilities(setting, leaves, batch, cut=False)
        case "leaf probabilities, cut by hand":
            return leaf_probabilities(setting, leaves, batch, cut=True)
    raise ValueError(f"there is no work '{work}'")
