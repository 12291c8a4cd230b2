"""PyTorch on the CPU: the training step of a convolutional VAE, NCHW or channels_last, fused Adam."""

import time

import numpy as np
import torch

from model import training_pixels
from serve import serve
from torch_elbo import SIDE, ConvElbo


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
    model = ConvElbo(setting, memory_format)
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
