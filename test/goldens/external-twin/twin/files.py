"""Reads a run folder and the raw data that it was trained on, as float64."""

import json
from pathlib import Path

import numpy as np


def array(path):
    """An .npy file, or an IDX file of bytes."""
    if path.suffix == ".npy":
        return np.load(path)
    raw = path.read_bytes()
    shape = np.frombuffer(raw[4 : 4 + 4 * raw[3]], ">u4")
    return np.frombuffer(raw[4 + 4 * raw[3] :], np.uint8).reshape(shape)


def checkpoint(path):
    """The arrays of a safetensors file, by name."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    body = raw[8 + length :]
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        first, last = entry["data_offsets"]
        found[name] = np.frombuffer(body[first:last], "<f4").reshape(entry["shape"]).astype(float)
    return found


class Run:
    """A trained model with its data: rows [n, D] in the network's units, and their classes."""

    def __init__(self, folder: Path, root: Path):
        self.config = json.loads((folder / "config.json").read_text())
        self.parameters = checkpoint(folder / "checkpoints/last/checkpoint.safetensors")
        self.options, self.seed = self.config["options"], self.config["train"]["seed"]
        self.shape = self.config["example"]["exampleShape"]
        places = self.config["data"]

        def rows(name):
            stored = array(root / places[name])
            scale = 1 / 255 if stored.dtype == np.uint8 else 1
            return stored.reshape(len(stored), -1).astype(float) * scale

        self.train, self.test = rows("data"), rows("testData")
        self.train_classes = array(root / places["labels"]).astype(int)
        self.test_classes = array(root / places["testLabels"]).astype(int)

    def layers(self, name):
        """(weight, bias) of each layer of a network."""
        count = sum(key.startswith(f"{name}.") and key.endswith(".weight") and key.count(".") == 2
                    for key in self.parameters)
        return [(self.parameters[f"{name}.{i}.weight"], self.parameters[f"{name}.{i}.bias"])
                for i in range(count)]

    def network(self, name, x):
        *hidden, (weight, bias) = self.layers(name)
        for w, b in hidden:
            x = np.tanh(x @ w + b)
        return x @ weight + bias

    def posterior(self, x):
        """Mean and standard deviation of q(z|x), the latter 0 for a code that is a point."""
        if self.config["model"] == "pca":
            p = self.parameters
            return (x - p["mean"]) @ p["components"] / p["scale"], 0
        encoded = self.network("encoder", x)
        if self.config["model"] != "vae":
            return encoded, 0
        mu, log_var = np.split(encoded, 2, axis=1)
        return mu, np.exp(0.5 * np.clip(log_var, -30, 20))

    def decoded(self, z):
        """The mean of p(x|z)."""
        if self.config["model"] == "pca":
            p = self.parameters
            return z * p["scale"] @ p["components"].T + p["mean"]
        output = self.network("decoder", z)
        return 1 / (1 + np.exp(-output)) if self.bernoulli else output

    @property
    def bernoulli(self):
        return self.options["likelihood"] == "bernoulli"

    @property
    def sigma(self):
        """Of a Gaussian likelihood."""
        kind, _, value = self.options["likelihood"].partition(":")
        if value == "global":
            return max(np.exp(self.parameters["likelihood.logSigma"]), 1e-3)
        return float(value or 1)

    def log_likelihood(self, x, z):
        """log p(x|z) in nats, x [..., D] against z [..., L]."""
        mean = self.decoded(z)
        if self.bernoulli:
            return np.sum(x * np.log(mean) + (1 - x) * np.log1p(-mean), axis=-1)
        errors = ((x - mean) / self.sigma) ** 2
        return -0.5 * np.sum(errors + np.log(2 * np.pi * self.sigma**2), axis=-1)

    def jacobian(self, x):
        """dz/dx of one example, [L, D]."""
        if self.config["model"] == "pca":
            return (self.parameters["components"] / self.parameters["scale"]).T
        *hidden, (last, _) = self.layers("encoder")
        jacobian = np.eye(len(x))
        for w, b in hidden:
            x = np.tanh(x @ w + b)
            jacobian = (1 - x[:, None] ** 2) * (w.T @ jacobian)
        return (last.T @ jacobian)[: self.options["latent"]]


def evenly(total, count):
    """Up to `count` places evenly spread over `total`."""
    chosen = min(total, count)
    return [i * total // chosen for i in range(chosen)]
