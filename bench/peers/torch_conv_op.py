"""PyTorch on the CPU: one convolution, or one of its two gradients."""

import time

import torch
from torch.nn import functional as F

from serve import serve


def open_op(setting):
    torch.set_num_threads(setting["threads"])
    torch.set_flush_denormal(True)
    memory_format = torch.channels_last if setting["channelsLast"] else torch.contiguous_format
    x = torch.randn(setting["x"]).to(memory_format=memory_format)
    w = torch.randn(setting["w"]).to(memory_format=memory_format)
    stride, op = setting["stride"], setting["op"]
    if op != "forward":
        of = x if op == "input" else w
        of.requires_grad_()
        y = F.conv2d(x, w, stride=stride, padding=1)
        dy = torch.randn_like(y)

    def once():
        if op == "forward":
            F.conv2d(x, w, stride=stride, padding=1)
        else:
            torch.autograd.grad(y, of, dy, retain_graph=True)

    def run(steps):
        start = time.perf_counter()
        for _ in range(steps):
            once()
        return (time.perf_counter() - start) / steps * 1e3, 0.0

    return torch.__version__, run


serve(open_op)
