"""PyTorch on the CPU: trains an autoencoder or a VAE of dense layers, and measures it."""

import copy
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from model import layer_shapes
from serve import converse
from torch_layers import mlp

CHUNK = 1000  # examples measured at a time
ROWS = 20_000  # codes decoded at a time


class Autoencoder(nn.Module):
    """With a posterior, the loss is the negative ELBO; without, the reconstruction alone."""

    def __init__(self, setting):
        super().__init__()
        encoder, decoder = layer_shapes(setting)
        self.variational = setting["model"] == "vae"
        if not self.variational:
            encoder[-1] = (encoder[-1][0], setting["latent"])
        self.gaussian = setting["likelihood"] == "gaussian"
        self.encoder = mlp(encoder)
        self.decoder = mlp(decoder)

    def posterior(self, x):
        """Mean and log variance of q(z|x), [B, L]; the latter is None for a code that is a point."""
        return self.encoder(x).chunk(2, dim=1) if self.variational else (self.encoder(x), None)

    def log_likelihood(self, x, z):
        """log p(x|z) in nats, one value per example; for a Gaussian, σ = 1 and without its constant."""
        outputs = self.decoder(z)
        if self.gaussian:
            return -0.5 * (outputs - x).square().sum(-1)
        return -F.binary_cross_entropy_with_logits(outputs, x, reduction="none").sum(-1)

    def forward(self, x):
        """Loss of each example in nats, [B]."""
        mu, log_var = self.posterior(x)
        if log_var is None:
            return -self.log_likelihood(x, mu)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        kl = 0.5 * (mu.square() + log_var.exp() - log_var - 1).sum(1)
        return kl - self.log_likelihood(x, z)

    def squared_errors(self, x):
        """Of the decoder's mean for the encoder's mean, summed over the values of each example."""
        outputs = self.decoder(self.posterior(x)[0])
        mean = outputs if self.gaussian else torch.sigmoid(outputs)
        return (mean - x).square().sum(1)

    def importance_bounds(self, x, samples):
        """-log p(x) by that many codes of each example (Burda et al. 2016), [B]."""
        mu, log_var = self.posterior(x)
        weights = []
        at_once = max(1, ROWS // len(x))
        for start in range(0, samples, at_once):
            count = min(at_once, samples - start)
            epsilon = torch.randn(count, *mu.shape)
            z = mu + epsilon * torch.exp(0.5 * log_var)
            log_ratio = 0.5 * (epsilon.square() + log_var - z.square()).sum(-1)
            weights.append(self.log_likelihood(x.expand(count, *x.shape), z) + log_ratio)
        return math.log(samples) - torch.logsumexp(torch.cat(weights), 0)


def pixels(setting, split):
    """The examples of a split in [0, 1], [N, D], or None where there are none."""
    file = setting["splits"].get(split)
    if file is None:
        return None
    stored = np.fromfile(file, np.uint8).reshape(-1, setting["inputs"])
    return torch.from_numpy(stored).float() / setting["levels"]


def open_training(setting):
    torch.manual_seed(setting["seed"])
    torch.set_num_threads(setting["threads"])
    torch.set_flush_denormal(True)
    splits = {name: pixels(setting, name) for name in ("train", "validation", "test")}
    model, batch = Autoencoder(setting), setting["batch"]
    adam = torch.optim.Adam(model.parameters(), setting["learningRate"], fused=True)
    schedule = torch.optim.lr_scheduler.MultiStepLR(adam, setting["milestones"], setting["factor"])
    best = {"loss": math.inf, "state": None}

    @torch.no_grad()
    def mean(of, examples, chunk=CHUNK):
        return (sum(of(x).sum().item() for x in examples.split(chunk))) / len(examples)

    def train(request):
        """One epoch of whole batches in random order; then the validation loss."""
        order = torch.randperm(len(splits["train"]))
        total, steps = 0.0, len(order) // batch
        for at in range(steps):
            loss = model(splits["train"][order[at * batch : (at + 1) * batch]]).mean()
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
            total += loss.item()
        schedule.step()
        if math.isnan(total):
            raise ArithmeticError("the loss is not a number")
        if splits["validation"] is None:
            return {"train": total / steps}
        validation = mean(model, splits["validation"])
        if validation < best["loss"]:
            best.update(loss=validation, state=copy.deepcopy(model.state_dict()))
        return {"train": total / steps, "validation": validation}

    def measure(request):
        """Figures of the test split: of the best epoch on validation, or of the last without one."""
        measured = copy.deepcopy(model)
        if best["state"] is not None:
            measured.load_state_dict(best["state"])
        test = splits["test"]
        figures = {"loss": mean(measured, test), "squaredError": mean(measured.squared_errors, test)}
        if request["samples"]:
            chosen = test[: request["examples"]]
            bounds = lambda x: measured.importance_bounds(x, request["samples"])
            figures["bound"] = mean(bounds, chosen, chunk=100)
        return figures

    requests = {"train": train, "measure": measure}
    return f"torch {torch.__version__}", lambda request: requests[request["do"]](request)


converse(open_training, lambda run, request: run(request))
