"""Encoders and decoders of every family, and the losses of every likelihood, as in treevae-dist.

Shapes: B samples in a batch, K latent dimensions, w the width of the deepest level. A decoder ends in logits, in means,
or in means and then raw variances, along the first dimension of a sample.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Settings:
    """What a model is made of; the defaults are those of treevae-dist. Lists run from the deepest level to the root."""

    family = "cnn1"
    input_shape = (1, 28, 28)
    latent = [8] * 6  # dimensions of z
    layers = [128] * 6  # widths of the bottom-up chain, routers and transformations
    likelihood = "bernoulli"
    variance = 0.5  # of the likelihood gaussian
    minimum_variance = 1e-4  # of the likelihood gaussian-learned
    slope = 0.3
    batch_norm_epsilon = 1e-3
    batch_norm_momentum = 0.01  # PyTorch's convention: the share of the new value

    @classmethod
    def read(cls, file):
        """Takes those of an h5py file that `treevae-dist bench step --export` wrote."""
        step = file["step"]
        cls.slope = float(step.attrs["activation_slope"])
        cls.batch_norm_epsilon = float(step.attrs["batch_norm_epsilon"])
        cls.family = text(step.attrs["family"])
        cls.input_shape = [int(size) for size in file.attrs["input_shape"]]
        cls.latent = [int(size) for size in step.attrs["latent"]]
        cls.layers = [int(size) for size in step.attrs["layers"]]
        cls.likelihood = text(step.attrs["likelihood"])
        cls.variance = float(step.attrs["variance"])
        cls.minimum_variance = float(step.attrs["minimum_variance"])


def text(value):
    """An attribute of words, which h5py gives as bytes or as text by the way it is stored."""
    return value.decode() if isinstance(value, bytes) else value


def batch_norm(channels, of):
    return of(channels, eps=Settings.batch_norm_epsilon, momentum=Settings.batch_norm_momentum)


def leaky(x):
    return F.leaky_relu(x, Settings.slope)


class Dense(nn.Module):
    """Linear without bias, batch-norm, leaky ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.batch_norm = batch_norm(outputs, nn.BatchNorm1d)

    def forward(self, x):
        return leaky(self.batch_norm(self.linear(x)))


class ConvolutionBlock(nn.Module):
    """Convolution without bias, batch-norm, leaky ReLU."""

    def __init__(self, convolution):
        super().__init__()
        self.convolution = convolution
        self.batch_norm = batch_norm(convolution.out_channels, nn.BatchNorm2d)

    def forward(self, x):
        return leaky(self.batch_norm(self.convolution(x)))


class ResidualBlock(nn.Module):
    """The input, or its channels mixed, and a tenth of two pre-activated convolutions of it."""

    def __init__(self, inputs, outputs):
        super().__init__()
        hidden = min(inputs, outputs)
        self.batch_norm_1 = batch_norm(inputs, nn.BatchNorm2d)
        self.convolution_1 = nn.Conv2d(inputs, hidden, 3, padding=1)
        self.batch_norm_2 = batch_norm(hidden, nn.BatchNorm2d)
        self.convolution_2 = nn.Conv2d(hidden, outputs, 3, padding=1)
        if inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        branch = self.convolution_1(leaky(self.batch_norm_1(x)))
        branch = self.convolution_2(leaky(self.batch_norm_2(branch)))
        return (self.shortcut(x) if hasattr(self, "shortcut") else x) + 0.1 * branch


class Chain(nn.Module):
    """Layers by name, one after the other; names without parameters are functions."""

    def __init__(self, layers):
        super().__init__()
        self.steps = []
        for name, layer in layers:
            if name:
                path = name.split(".")
                parent = self
                for part in path[:-1]:
                    if not hasattr(parent, part):
                        parent.add_module(part, nn.Module())
                    parent = getattr(parent, part)
                parent.add_module(path[-1], layer)
            self.steps.append(layer)

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


def flatten(x):
    return x.flatten(1)


def view(*shape):
    return lambda x: x.view(-1, *shape)


def pool(x):
    return F.avg_pool2d(x, 3, stride=2, padding=1)


def upsample(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def residual_channels():
    width = Settings.layers[0]
    channels = [width // 128, width // 64, width // 32, width // 16]
    return channels + [width // 16] if Settings.input_shape[1] == 64 else channels


def encoder():
    """Samples [B, ...] to d of the deepest level [B, w]."""
    width, image_channels = Settings.layers[0], Settings.input_shape[0]
    if Settings.family == "mlp":
        widths = [math.prod(Settings.input_shape), 4 * width, 4 * width, 2 * width, width]
        counts = [(None, torch.log1p)] if Settings.likelihood == "negative-binomial" else []
        return Chain(
            [(None, flatten)] + counts + [(f"layer_{i + 1}", Dense(widths[i], widths[i + 1])) for i in range(4)]
        )
    if Settings.family == "cnn2":
        channels = residual_channels()
        layers = [("layer_1.convolution", nn.Conv2d(image_channels, channels[0], 3, padding=1))]
        inputs = channels[0]
        for i, outputs in enumerate(channels):
            layers += [(None, pool)] if i else []
            layers.append((f"block_{i + 1}", ResidualBlock(inputs, outputs)))
            inputs = outputs
        return Chain(
            layers + [("output.batch_norm", batch_norm(inputs, nn.BatchNorm2d)), (None, leaky), (None, flatten)]
        )
    if Settings.family == "cnn_omni":
        geometry = [  # channels, kernel, stride, padding
            (width // 4, 4, 1, 1),
            (width // 4, 4, 2, 1),
            (width // 2, 4, 1, 1),
            (width // 2, 4, 2, 1),
            (width, 4, 1, 1),
            (width, 5, 1, 0),
        ]
    else:
        geometry = [(width // 16, 3, 2, 0), (width // 8, 3, 2, 0), (width // 4, 3, 2, 0)]
    layers, inputs = [], image_channels
    for i, (outputs, kernel, stride, padding) in enumerate(geometry):
        convolution = nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=padding, bias=False)
        layers.append((f"layer_{i + 1}", ConvolutionBlock(convolution)))
        inputs = outputs
    return Chain(layers + [(None, flatten)])


def decoder(latent):
    """A leaf's z [B, K] to what the likelihood takes."""
    width = Settings.layers[0]
    factor = 2 if Settings.likelihood == "gaussian-learned" else 1
    image_channels = factor * Settings.input_shape[0]

    def transposed(inputs, outputs, kernel, stride, padding=0, output_padding=0):
        return ConvolutionBlock(
            nn.ConvTranspose2d(
                inputs, outputs, kernel, stride=stride, padding=padding, output_padding=output_padding, bias=False
            )
        )

    def plain(inputs, outputs):
        return ConvolutionBlock(nn.Conv2d(inputs, outputs, 4, padding=1, bias=False))

    if Settings.family == "mlp":
        widths = [latent, width, 2 * width, 4 * width, 4 * width]
        layers = [(f"layer_{i + 1}", Dense(widths[i], widths[i + 1])) for i in range(4)]
        outputs = factor * math.prod(Settings.input_shape)
        return Chain(layers + [("layer_5.linear", nn.Linear(4 * width, outputs))])
    if Settings.family == "cnn2":
        channels = residual_channels()[::-1]
        channels.append(channels[-1])
        layers = [("layer_1.linear", nn.Linear(latent, width)), (None, view(channels[0], 4, 4))]
        for i in range(len(channels) - 1):
            layers += [(None, upsample)] if i else []
            layers.append((f"block_{i + 1}", ResidualBlock(channels[i], channels[i + 1])))
        return Chain(
            layers
            + [
                ("output.batch_norm", batch_norm(channels[-1], nn.BatchNorm2d)),
                (None, leaky),
                ("output.convolution", nn.ConvTranspose2d(channels[-1], image_channels, 3, padding=1)),
            ]
        )
    if Settings.family == "cnn_omni":
        return Chain(
            [
                ("layer_1", Dense(latent, 4 * width)),
                (None, view(width, 2, 2)),
                ("layer_2", transposed(width, width, 5, 2)),
                ("layer_3", plain(width, width // 2)),
                ("layer_4", transposed(width // 2, width // 2, 4, 2)),
                ("layer_5", plain(width // 2, width // 4)),
                ("layer_6", transposed(width // 4, width // 4, 4, 2, output_padding=1)),
                ("layer_7.convolution", nn.Conv2d(width // 4, image_channels, 4, padding=1)),
            ]
        )
    return Chain(
        [
            ("layer_1", Dense(latent, width // 4 * 9)),
            (None, view(width // 4, 3, 3)),
            ("layer_2", transposed(width // 4, width // 8, 3, 2)),
            ("layer_3", transposed(width // 8, width // 16, 3, 2, 1, 1)),
            (
                "layer_4.convolution",
                nn.ConvTranspose2d(width // 16, image_channels, 3, stride=2, padding=1, output_padding=1),
            ),
        ]
    )


def reconstruction_loss(outputs, samples, log_dispersion=None):
    """Negative log-likelihood summed over a sample [B]."""
    outputs, x = outputs.flatten(1), samples.flatten(1)
    if Settings.likelihood == "bernoulli":
        loss = F.binary_cross_entropy_with_logits(outputs, x, reduction="none")
    elif Settings.likelihood == "gaussian":
        variance = torch.full_like(x, Settings.variance)
        loss = -torch.distributions.Normal(outputs, variance.sqrt()).log_prob(x)
    elif Settings.likelihood == "gaussian-learned":
        mean, raw = outputs.chunk(2, 1)
        loss = -torch.distributions.Normal(mean, (F.softplus(raw) + Settings.minimum_variance).sqrt()).log_prob(x)
    else:
        mean = x.sum(1, keepdim=True) * outputs.softmax(1)
        theta = log_dispersion.exp()
        loss = (
            torch.lgamma(theta)
            + torch.lgamma(x + 1)
            - torch.lgamma(x + theta)
            - theta * torch.log(theta / (theta + mean))
            - x * torch.log(mean / (theta + mean))
        )
    return loss.sum(1)
