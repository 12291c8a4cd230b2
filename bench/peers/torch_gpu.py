"""PyTorch on a GPU: the training step called from Python, or captured once in a CUDA graph and replayed.

Where no GPU is asked for it runs on the CPU as well, eager and in float32, which tries this program.
"""

import time

import numpy as np
import torch

from model import training_pixels
from serve import serve
from torch_elbo import SIDE, ConvElbo, DenseElbo

WARM_UP = 3  # steps before a graph is captured, in which PyTorch and cuDNN make what they keep


def open_torch(setting):
    torch.manual_seed(0)  # of the noise
    torch.set_flush_denormal(True)
    on_gpu = torch.cuda.is_available()
    if not on_gpu and (setting["onGpu"] or setting["graph"] or setting["tf32"]):
        raise RuntimeError("PyTorch has no CUDA device")
    torch.backends.cuda.matmul.allow_tf32 = setting["tf32"]
    torch.backends.cudnn.allow_tf32 = setting["tf32"]
    torch.backends.cudnn.benchmark = True  # the fastest algorithm for each of these shapes

    training = Training(setting, torch.device("cuda" if on_gpu else "cpu"))
    step = captured(training) if setting["graph"] else training.step
    wait = torch.cuda.synchronize if on_gpu else lambda: None

    def run(steps):
        training.total.zero_()
        wait()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        wait()
        elapsed = time.perf_counter() - start
        return elapsed / steps * 1e3, training.total.item() / steps

    device = torch.cuda.get_device_name() if on_gpu else "CPU"
    return f"{torch.__version__}, {device}, {'TF32' if setting['tf32'] else 'float32'}", run


class Training:
    """The state of a training, on the device."""

    def __init__(self, setting, device):
        convolutional = "channels" in setting
        pixels = training_pixels({**setting, "inputs": SIDE * SIDE})
        shape = (1, SIDE, SIDE) if convolutional else (SIDE * SIDE,)
        images = torch.from_numpy(pixels).to(device).view(-1, *shape)  # uint8
        batches = CountedBatches if setting["graph"] else Slices
        self.batches = batches(images, setting["batch"])
        self.total = torch.zeros((), device=device)  # of the losses
        self.start = np.load(setting["start"])
        self.model = ConvElbo(setting) if convolutional else DenseElbo(setting)
        self.model.start_from(self.start)
        self.model.to(device)
        self.adam = torch.optim.Adam(
            self.model.parameters(),
            setting["learningRate"],
            fused=True,
            capturable=setting["graph"],
        )

    def step(self):
        loss = self.model(self.batches.next().float() / 255)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        self.total += loss.detach()

    def restart(self):
        """Back to the start, in the tensors that a graph knows."""
        self.model.start_from(self.start)
        for moments in self.adam.state.values():
            for tensor in moments.values():
                tensor.zero_()
        self.batches.restart()


class Slices:
    """Consecutive slices of the images, which start again when no whole batch is left."""

    def __init__(self, images, batch):
        self.slices = images[: len(images) // batch * batch].split(batch)
        self.count = 0

    def next(self):
        self.count += 1
        return self.slices[(self.count - 1) % len(self.slices)]


class CountedBatches:
    """The same, counted on the device, so that a captured step takes another batch at each replay."""

    def __init__(self, images, batch):
        self.images = images
        self.batch = batch
        self.first_rows = torch.arange(batch, device=images.device)
        self.count = torch.zeros((), dtype=torch.long, device=images.device)

    def next(self):
        at = self.count % (len(self.images) // self.batch) * self.batch
        rows = self.images[at + self.first_rows]
        self.count += 1
        return rows

    def restart(self):
        self.count.zero_()


def captured(training):
    """The step as one CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            training.step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        training.step()
    training.restart()
    return graph.replay


serve(open_torch)
