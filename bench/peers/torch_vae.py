"""PyTorch on the CPU with its fused Adam: eager, or the loss through torch.compile."""

import time

import torch

from model import training_pixels
from serve import serve
from torch_elbo import DenseElbo


def open_torch(setting):
    torch.manual_seed(0)
    torch.set_num_threads(setting["threads"])
    # Moments of pixels that are seldom on decay into denormals, which would cost PyTorch time.
    torch.set_flush_denormal(True)

    images = torch.from_numpy(training_pixels(setting)).float() / 255
    batch = setting["batch"]
    batches_per_epoch = len(images) // batch
    model = DenseElbo(setting)
    adam = torch.optim.Adam(model.parameters(), setting["learningRate"], fused=True)
    loss_of = torch.compile(model, fullgraph=True, dynamic=False) if setting["compile"] else model
    count = 0

    def run(steps):
        nonlocal count
        total = torch.zeros(())
        start = time.perf_counter()
        for _ in range(steps):
            at = count % batches_per_epoch * batch
            loss = loss_of(images[at : at + batch])
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
            total += loss.detach()
            count += 1
        elapsed = time.perf_counter() - start
        return elapsed / steps * 1e3, total.item() / steps

    return torch.__version__, run


serve(open_torch)
