"""Weights in safetensors files, under the names of the authors' PyTorch implementation.

Its modules are lists, with an entry for each node, breadth first, where a node has such a module. It has tensors that
no loss reads, heads for mean and variance on the layers of the bottom-up chain; a file holds them, a model here does not.
"""

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from families import Settings
from model import node_name

DENSE = {"dense1": "linear", "bn1": "batch_norm", "mu": "mu", "sigma": "sigma"}
ROUTER = {
    "dense1": "dense_1.linear",
    "bn1": "dense_1.batch_norm",
    "dense2": "dense_2.linear",
    "bn2": "dense_2.batch_norm",
    "dense3": "logit",
}
BLOCK = {
    "bn0": "batch_norm_1",
    "conv_0": "convolution_1",
    "bn1": "batch_norm_2",
    "conv_1": "convolution_2",
    "conv_s": "shortcut",
}


def layers(convolution, norm, numbers, first):
    """Names of convolutions and their batch-norms: of those with these numbers there, from `first` on here."""
    names = {}
    for place, number in enumerate(numbers):
        names[convolution.format(number)] = f"layer_{first + place}.convolution"
        names[norm.format(number)] = f"layer_{first + place}.batch_norm"
    return names


def blocks():
    """A residual network's blocks; there a pooling or an upsampling stands between two of them in the list."""
    names = {"bn0": "output.batch_norm"}
    for block in range(5):
        names.update({f"resnet.{2 * block}.{there}": f"block_{block + 1}.{here}" for there, here in BLOCK.items()})
    return names


def dense_layers(count):
    names = {}
    for layer in range(1, count + 1):
        names[f"dense{layer}"] = f"layer_{layer}.linear"
        names[f"bn{layer}"] = f"layer_{layer}.batch_norm"
    return names


def encoder_names():
    """Layers of the family's encoder, there and here."""
    return {
        "cnn1": lambda: layers("cnn{}", "bn{}", range(3), 1),
        "cnn_omni": lambda: layers("cnns.{}", "bns.{}", range(6), 1),
        "mlp": lambda: dense_layers(4),
        "cnn2": lambda: {"conv_img": "layer_1.convolution", **blocks()},
    }[Settings.family]()


def decoder_names():
    """Layers of the family's decoder, there and here."""
    first = {"dense": "layer_1.linear", "bn": "layer_1.batch_norm"}
    return {
        "cnn1": lambda: {**first, **layers("cnn{}", "bn{}", range(1, 4), 2)},
        "cnn_omni": lambda: {**first, **layers("cnns.{}", "bns.{}", range(6), 2)},
        "mlp": lambda: dense_layers(5),
        "cnn2": lambda: {"fc": "layer_1.linear", "conv_img": "output.convolution", **blocks()},
    }[Settings.family]()


def modules(tree):
    """All modules that may have tensors, there and here."""
    names = {f"bottom_up.0.{there}": f"encoder.{here}" for there, here in encoder_names().items()}

    def add(there, here, layers):
        names.update({f"{there}.{theirs}": f"{here}.{ours}" for theirs, ours in layers.items()})

    for level in range(1, len(Settings.layers)):
        add(f"bottom_up.{level}", f"bottom_up.layer_{level}", DENSE)
    for place, node in enumerate(tree.breadth_first):
        here = node_name(node)
        add(f"transformations.{place}", f"{here}.transformation", DENSE)
        add(f"denses.{place}", f"{here}.dense", DENSE)
        add(f"decisions.{place}", f"{here}.generative_router", ROUTER)
        add(f"decisions_q.{place}", f"{here}.inference_router", ROUTER)
        add(f"decoders.{place}", f"{here}.decoder", decoder_names())
    return names


def unused_heads():
    """State of the heads that no loss reads."""
    state = {}
    for level, (width, latent) in enumerate(zip(Settings.layers, Settings.latent)):
        for head in ("mu", "sigma") if level else ():
            tensors = nn.Linear(width, latent).state_dict()
            state.update({f"bottom_up.{level}.{head}.{name}": tensor for name, tensor in tensors.items()})
    return state


def state_dict(model):
    """The model's tensors under the names there, without the heads that no loss reads."""
    here, state = dict(model.named_modules()), {}
    for there, ours in modules(model.tree).items():
        for name, tensor in here[ours].state_dict().items() if ours in here else ():
            state[f"{there}.{name}"] = tensor
    assert len(state) == len(model.state_dict()), "a tensor has no name there"
    return state


def save(model, path):
    """Writes the model as the reference's own state dict."""
    state = {**state_dict(model), **unused_heads()}
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)


def load(model, path):
    """Fills the model from a file that must have the reference's tensors, no others and all of them."""
    file, state = load_file(path), state_dict(model)
    shapes = {name: tensor.shape for name, tensor in {**state, **unused_heads()}.items()}
    found = {name: tensor.shape for name, tensor in file.items()}
    differences = sorted(name for name in {*shapes, *found} if shapes.get(name) != found.get(name))
    if differences:
        raise ValueError(f"{path}: the reference has other tensors: {differences}")
    with torch.no_grad():
        for name, tensor in state.items():
            tensor.copy_(file[name])


def rows(tree):
    """The tree as the reference saves it: id, label, parent, and 10 for an inner node or 1 for a leaf."""
    order = tree.breadth_first
    place = {node: number for number, node in enumerate(order)}
    return [
        [place[node], str(place[node]), place.get(tree.parent[node]), 1 if tree.is_leaf(node) else 10]
        for node in order
    ]
