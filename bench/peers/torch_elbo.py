"""The VAEs that the PyTorch peers time: the loss of a batch in nats per image, dense and convolutional."""

import torch
from torch import nn
from torch.nn import functional as F

from model import layer_shapes
from torch_layers import mlp

SIDE = 28


class NegativeElbo(nn.Module):
    """What both have in common; `encode` gives mu and log variance side by side, `decode` logits."""

    def forward(self, x):
        mu, log_var = self.encode(x).chunk(2, dim=1)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        logits = self.decode(z)
        cross_entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum()
        return (cross_entropy + kl) / x.shape[0]

    @torch.no_grad()
    def start_from(self, arrays):
        """Takes over Latentlab's initial parameters: dense weights [inputs, outputs], biases of any shape."""
        named = self.layers_by_name()
        unknown = set(arrays) - {f"{name}.{part}" for name in named for part in ("weight", "bias")}
        if unknown:
            raise ValueError(f"no layer for {', '.join(sorted(unknown))}")
        for name, layer in named.items():
            weight = torch.from_numpy(arrays[f"{name}.weight"])
            layer.weight.copy_(weight.T if isinstance(layer, nn.Linear) else weight)
            layer.bias.copy_(torch.from_numpy(arrays[f"{name}.bias"]).flatten())


class DenseElbo(NegativeElbo):
    """Of images [B, 784]."""

    def __init__(self, setting):
        super().__init__()
        encoder, decoder = layer_shapes(setting)
        self.encoder = mlp(encoder)
        self.decoder = mlp(decoder)

    def encode(self, x):
        return self.encoder(x)

    def decode(self, z):
        return self.decoder(z)

    def layers_by_name(self):
        networks = {"encoder": self.encoder, "decoder": self.decoder}
        return {
            f"{name}.{i}": layer
            for name, network in networks.items()
            for i, layer in enumerate(part for part in network if isinstance(part, nn.Linear))
        }


class ConvElbo(NegativeElbo):
    """Of images [B, 1, 28, 28]."""

    def __init__(self, setting, memory_format=torch.contiguous_format):
        super().__init__()
        widths, kernels = [1, *setting["channels"]], setting["kernels"]
        pairs = list(zip(widths, widths[1:], kernels))
        side = SIDE
        for kernel in kernels:
            side = (side + 2 - kernel) // 2 + 1
        self.top = (widths[-1], side, side)
        flat = widths[-1] * side * side
        self.down = nn.ModuleList(nn.Conv2d(i, o, k, 2, 1) for i, o, k in pairs)
        self.up = nn.ModuleList(nn.ConvTranspose2d(o, i, k, 2, 1) for i, o, k in pairs)
        self.code = nn.Linear(flat, 2 * setting["latent"])
        self.image = nn.Linear(setting["latent"], flat)
        self.memory_format = memory_format

    def encode(self, x):
        for layer in self.down:
            x = F.relu(layer(x))
        return self.code(x.flatten(1))

    def decode(self, z):
        h = F.relu(self.image(z)).view(-1, *self.top).to(memory_format=self.memory_format)
        outermost, *inner = self.up
        for layer in reversed(inner):
            h = F.relu(layer(h))
        return outermost(h)

    def layers_by_name(self):
        down = {f"encoder.{i}": layer for i, layer in enumerate(self.down)}
        up = {f"decoder.{i}": layer for i, layer in enumerate(self.up)}
        return {**down, **up, "code": self.code, "image": self.image}
