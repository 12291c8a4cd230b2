"""PyTorch on the CPU: the training step of a convolutional VAE, NCHW or channels_last, fused Adam."""

import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from model import training_pixels
from serve import serve

SIDE = 28


class NegativeElbo(nn.Module):
    """Loss of a batch [B, 1, 28, 28] in nats per image."""

    def __init__(self, setting, memory_format):
        super().__init__()
        widths, kernels = [1, *setting["channels"]], setting["kernels"]
        pairs = list(zip(widths, widths[1:], kernels))
        side = SIDE
        for kernel in kernels:
            side = (side + 2 - kernel) // 2 + 1
        self.top = (widths[-1], side, side)
        flat = widths[-1] * side * side
        down = [nn.Sequential(nn.Conv2d(i, o, k, 2, 1), nn.ReLU()) for i, o, k in pairs]
        up = [
            nn.Sequential(nn.ConvTranspose2d(o, i, k, 2, 1), nn.ReLU())
            for i, o, k in reversed(pairs)
        ]
        self.encoder = nn.Sequential(*down)
        self.decoder = nn.Sequential(*up[:-1], up[-1][0])
        self.code = nn.Linear(flat, 2 * setting["latent"])
        self.image = nn.Linear(setting["latent"], flat)
        self.memory_format = memory_format

    def forward(self, x):
        mu, log_var = self.code(self.encoder(x).flatten(1)).chunk(2, dim=1)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        h = F.relu(self.image(z)).view(-1, *self.top)
        logits = self.decoder(h.to(memory_format=self.memory_format))
        cross_entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum()
        return (cross_entropy + kl) / x.shape[0]


    @torch.no_grad()
    def start_from(self, arrays):
        """Takes over Latentlab's initial parameters: dense weights [inputs, outputs], biases [channels, 1, 1]."""
        encoder = [layer[0] for layer in self.encoder]
        decoder = [layer if isinstance(layer, nn.ConvTranspose2d) else layer[0] for layer in self.decoder]
        named = {f"encoder.{i}": layer for i, layer in enumerate(encoder)}
        named |= {f"decoder.{i}": layer for i, layer in enumerate(reversed(decoder))}
        named |= {"code": self.code, "image": self.image}
        for name, layer in named.items():
            weight = torch.from_numpy(arrays[f"{name}.weight"])
            layer.weight.copy_(weight.T if isinstance(layer, nn.Linear) else weight)
            layer.bias.copy_(torch.from_numpy(arrays[f"{name}.bias"]).flatten())
        unknown = set(arrays) - {f"{name}.{part}" for name in named for part in ("weight", "bias")}
        if unknown:
            raise ValueError(f"no layer for {', '.join(sorted(unknown))}")


def open_torch(setting):
    torch.manual_seed(0)  # of the noise
    torch.set_num_threads(setting["threads"])
    torch.set_flush_denormal(True)
    memory_format = torch.channels_last if setting["channelsLast"] else torch.contiguous_format

    pixels = training_pixels({**setting, "inputs": SIDE * SIDE})
    images = torch.from_numpy(pixels).float().div(255).view(-1, 1, SIDE, SIDE)
    images = images.to(memory_format=memory_format)
    batch = setting["batch"]
    batches_per_epoch = len(images) // batch
    model = NegativeElbo(setting, memory_format)
    model.start_from(np.load(setting["start"]))
    model = model.to(memory_format=memory_format)
    adam = torch.optim.Adam(model.parameters(), setting["learningRate"], fused=True)
    count = 0

    def run(steps):
        nonlocal count
        total = torch.zeros(())
        start = time.perf_counter()
        for _ in range(steps):
            at = count % batches_per_epoch * batch
            loss = model(images[at : at + batch])
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
            total += loss.detach()
            count += 1
        elapsed = time.perf_counter() - start
        return elapsed / steps * 1e3, total.item() / steps

    return torch.__version__, run


serve(open_torch)
