"""TreeVAE (Manduchi, Vandenhirtz, Ryser, Vogt, NeurIPS 2023) in PyTorch.

Written for comparisons with treevae-dist: the same layers, names and objective. Names of modules are those of
tensors in a checkpoint of treevae-dist (docs/checkpoint-format.md), with '.' for '/'. What a model is made of is said
by families.Settings.

Shapes: B samples in a batch, K latent dimensions, W width of a level.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from families import Dense, Settings, decoder, encoder, reconstruction_loss

EPSILON = 1e-7  # added to variances and probabilities


def latent_size(depth):
    return Settings.latent[-1 - depth]


def width(depth):
    """Of d, and of routers and transformations that start there."""
    return Settings.layers[-1 - depth]


class Router(nn.Module):
    """The logit of going left [B], from z or d."""

    def __init__(self, inputs, width):
        super().__init__()
        self.dense_1 = Dense(inputs, width)
        self.dense_2 = Dense(width, width)
        self.logit = nn.Linear(width, 1)

    def forward(self, x):
        return torch.sigmoid(self.logit(self.dense_2(self.dense_1(x)))).squeeze(1)


class GaussianHead(nn.Module):
    """Mean and variance [B, K], from d."""

    def __init__(self, depth):
        super().__init__()
        self.mu = nn.Linear(width(depth), latent_size(depth))
        self.sigma = nn.Linear(width(depth), latent_size(depth))

    def forward(self, d):
        return self.mu(d), F.softplus(self.sigma(d))


class Transformation(Dense):
    """The parent's z to mean and variance [B, K] of a child's prior."""

    def __init__(self, depth):
        super().__init__(latent_size(depth - 1), width(depth - 1))
        self.mu = nn.Linear(width(depth - 1), latent_size(depth))
        self.sigma = nn.Linear(width(depth - 1), latent_size(depth))

    def forward(self, z):
        hidden = super().forward(z)
        return self.mu(hidden), F.softplus(self.sigma(hidden))


class Topology:
    """A binary tree: `parent`, `left` and `right` by node, -1 for none; parents stand before their children.

    A node that pruning left a single child has no routers.
    """

    def __init__(self, parent, left, right):
        self.parent = [int(i) for i in parent]
        self.left = [int(i) for i in left]
        self.right = [int(i) for i in right]
        self.depth = []
        for node, above in enumerate(self.parent):
            self.depth.append(0 if node == 0 else self.depth[above] + 1)

    @staticmethod
    def balanced(leaves):
        """Level after level from the left."""
        tree = Topology([-1], [-1], [-1])
        while len(tree.leaves) < leaves:
            tree.split(min(tree.leaves, key=lambda leaf: (tree.depth[leaf], leaf)))
        return tree

    def split(self, leaf):
        """Gives a leaf two children."""
        for side in (self.left, self.right):
            side[leaf] = len(self.parent)
            self.parent.append(leaf)
            self.left.append(-1)
            self.right.append(-1)
            self.depth.append(self.depth[leaf] + 1)

    def children(self, node):
        return [child for child in (self.left[node], self.right[node]) if child >= 0]

    def is_leaf(self, node):
        return not self.children(node)

    def is_split(self, node):
        return len(self.children(node)) == 2

    @property
    def breadth_first(self):
        order = [0]
        for node in order:
            order += self.children(node)
        return order

    @property
    def leaves(self):
        return [node for node in self.breadth_first if self.is_leaf(node)]


def gaussian_divergence(mu_q, v_q, mu_p, v_p):
    """KL of two diagonal Gaussians [B]; `v` are variances."""
    v_q, v_p = v_q + EPSILON, v_p + EPSILON
    return 0.5 * (v_q / v_p + (mu_q - mu_p) ** 2 / v_p - 1 - torch.log(v_q / v_p)).sum(1)


def decision_divergence(q, p):
    """KL of two decisions [B], given their probabilities of going left."""
    return q * torch.log(EPSILON + q / (p + EPSILON)) + (1 - q) * torch.log(
        EPSILON + (1 - q) / (1 - p + EPSILON)
    )


def sample(mu, variance, noise):
    return mu + torch.sqrt(variance + EPSILON) * (torch.randn_like(mu) if noise is None else noise)


class Node(nn.Module):
    """The networks of one node.

    `is_top` is for a node whose z is given: it has neither transformation nor dense head.
    """

    def __init__(self, depth, has_parent, is_leaf, is_split, is_top=False):
        super().__init__()
        if has_parent:
            self.transformation = Transformation(depth)
        if not is_top:
            self.dense = GaussianHead(depth)
        if is_leaf:
            self.decoder = decoder(latent_size(depth))
            if Settings.likelihood == "negative-binomial":
                self.decoder.log_dispersion = nn.Parameter(torch.zeros(math.prod(Settings.input_shape)))
        if is_split:
            self.generative_router = Router(latent_size(depth), width(depth))
            self.inference_router = Router(width(depth), width(depth))

    def loss(self, z, images):
        """A leaf's reconstruction loss [B]."""
        return reconstruction_loss(self.decoder(z), images, getattr(self.decoder, "log_dispersion", None))

    def posterior(self, d, parent_z):
        """Mean and variance of q(z), and of the prior: the precision-weighted combination of both."""
        mu_hat, v_hat = self.dense(d)
        mu_p, v_p = self.transformation(parent_z)
        precision, precision_p = 1 / (v_hat + EPSILON), 1 / (v_p + EPSILON)
        v_q = 1 / (precision + precision_p)
        return v_q * (mu_hat * precision + mu_p * precision_p), v_q, mu_p, v_p


class TreeVAE(nn.Module):
    """The whole model of a topology."""

    def __init__(self, tree):
        super().__init__()
        self.tree = tree
        self.encoder = encoder()
        self.bottom_up = nn.Module()
        for layer, (above, below) in enumerate(zip(Settings.layers[1:], Settings.layers), start=1):
            self.bottom_up.add_module(f"layer_{layer}", Dense(below, above))
        for node in range(len(tree.parent)):
            networks = Node(tree.depth[node], node > 0, tree.is_leaf(node), tree.is_split(node))
            self.add_module(node_name(node), networks)
        self.nodes = [getattr(self, node_name(node)) for node in range(len(tree.parent))]

    def levels(self, images):
        """d [B, W] by depth."""
        levels = [self.encoder(images)]
        for layer in range(1, len(Settings.layers)):
            levels.append(getattr(self.bottom_up, f"layer_{layer}")(levels[-1]))
        return levels[::-1]

    def leaf_probabilities(self, images):
        """Probability of every leaf [B, leaves], by encoder and inference routers alone."""
        tree, levels = self.tree, self.levels(images)
        reach = {0: torch.ones(len(images))}
        for node, networks in enumerate(self.nodes):
            if tree.is_split(node):
                q = networks.inference_router(levels[tree.depth[node]])
                reach[tree.left[node]] = reach[node] * q
                reach[tree.right[node]] = reach[node] * (1 - q)
            else:
                reach.update({child: reach[node] for child in tree.children(node)})
        return torch.stack([reach[leaf] for leaf in tree.leaves], 1)

    def forward(self, images, noise=None):
        """The four parts of the loss, means over the batch, and what a subtree below needs.

        `noise`: standard normals [B, K] by node; drawn if there are none.
        """
        tree, levels = self.tree, self.levels(images)
        batch = len(images)
        reach = {0: torch.ones(batch, dtype=images.dtype)}
        z = {}
        reconstruction = kl_root = kl_nodes = kl_decisions = torch.zeros(batch)
        for node, networks in enumerate(self.nodes):
            own_noise = None if noise is None else noise[node]
            d = levels[tree.depth[node]]
            if node == 0:
                mu_q, v_q = networks.dense(d)
                # q(z) of the root is the head itself; the prior is standard normal.
                mu_p, v_p = torch.zeros_like(mu_q), torch.ones_like(v_q)
            else:
                mu_q, v_q, mu_p, v_p = networks.posterior(d, z[tree.parent[node]])
            z[node] = sample(mu_q, v_q, own_noise)
            divergence = gaussian_divergence(mu_q, v_q, mu_p, v_p)
            weighted = torch.clamp(reach[node] * divergence, -1, 1000)
            if node == 0:
                kl_root = weighted
            else:
                kl_nodes = kl_nodes + weighted
            if tree.is_leaf(node):
                loss = networks.loss(z[node], images)
                reconstruction = reconstruction + reach[node] * loss
            elif tree.is_split(node):
                q = networks.inference_router(d)
                p = networks.generative_router(z[node])
                kl_decisions = kl_decisions + reach[node] * decision_divergence(q, p)
                reach[tree.left[node]] = reach[node] * q
                reach[tree.right[node]] = reach[node] * (1 - q)
            else:
                reach.update({child: reach[node] for child in tree.children(node)})
        terms = torch.stack([reconstruction, kl_root, kl_nodes, kl_decisions]).mean(1)
        return terms, levels, z, reach


class Subtree(nn.Module):
    """The two leaves that growth trains below a leaf of a frozen tree."""

    def __init__(self, depth):
        super().__init__()
        self.top = Node(depth, has_parent=False, is_leaf=False, is_split=True, is_top=True)
        self.left = Node(depth + 1, has_parent=True, is_leaf=True, is_split=False)
        self.right = Node(depth + 1, has_parent=True, is_leaf=True, is_split=False)

    def forward(self, images, upper, lower, z, reach):
        """The parts of the loss: d of the top's and of the children's depth [B, W], the top's z and reach
        probability, from the frozen tree. As in the published tables, `reach` does not weigh the reconstruction."""
        q = self.top.inference_router(upper)
        p = self.top.generative_router(z)
        kl_decisions = reach * decision_divergence(q, p)
        reconstruction = kl_nodes = torch.zeros(len(images))
        for child, branch in ((self.left, q), (self.right, 1 - q)):
            mu_q, v_q, mu_p, v_p = child.posterior(lower, z)
            kl_nodes = kl_nodes + reach * branch * gaussian_divergence(mu_q, v_q, mu_p, v_p)
            reconstruction = reconstruction + branch * child.loss(sample(mu_q, v_q, None), images)
        return torch.stack([reconstruction, kl_nodes, kl_decisions]).mean(1)


def node_name(node):
    return f"node_{node:03d}"
