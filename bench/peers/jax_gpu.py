"""JAX on a GPU: the training steps in one jitted scan with donated state; Adam is written out here.

Where no GPU is asked for it runs on the CPU as well, in float32, which tries this program.
"""

import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from jax_elbo import SIDE, conv_decoder, conv_encoder, mlp, negative_elbo
from model import training_pixels
from serve import serve

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def loss_of(parameters, x, key):
    if "code" in parameters:
        networks = conv_encoder, conv_decoder
        encoder, decoder = (partial(network, parameters) for network in networks)
    else:
        encoder, decoder = (partial(mlp, parameters[name]) for name in ("encoder", "decoder"))
    return negative_elbo(encoder, decoder, x, key)


def start_from(arrays):
    """Latentlab's initial parameters: encoder.0.weight as ["encoder"][0]["weight"], code.bias as ["code"]["bias"]."""
    layers = {}
    for name in arrays.files:
        layer, part = name.rsplit(".", 1)
        layers.setdefault(layer, {})[part] = jnp.asarray(arrays[name])
    parameters = {name: layer for name, layer in layers.items() if "." not in name}
    for network in ("encoder", "decoder"):
        count = sum(name.startswith(f"{network}.") for name in layers)
        parameters[network] = [layers[f"{network}.{i}"] for i in range(count)]
    return parameters


def adam(learning_rate, state, gradient, step):
    """Parameters and moments after step number `step`, which counts from 1 (Kingma and Ba 2015, algorithm 1)."""
    parameters, first, second = state
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
    unbias1, unbias2 = 1 - BETA1**step, 1 - BETA2**step

    def updated(p, m, v):
        return p - learning_rate * (m / unbias1) / (jnp.sqrt(v / unbias2) + EPSILON)

    return jax.tree.map(updated, parameters, first, second), first, second


def open_jax(setting):
    device = jax.devices()[0]
    tf32 = setting["tf32"]
    if device.platform == "cpu" and (setting["onGpu"] or tf32):
        raise RuntimeError("JAX has no GPU")
    jax.config.update("jax_default_matmul_precision", "tensorfloat32" if tf32 else "highest")
    images = jnp.asarray(training_pixels({**setting, "inputs": SIDE * SIDE}))
    batch, learning_rate = setting["batch"], setting["learningRate"]
    batches = len(images) // batch

    def step(images, state, count):
        rows = jax.lax.dynamic_slice_in_dim(images, count % batches * batch, batch)
        key = jax.random.fold_in(jax.random.key(1), count)
        x = rows.astype(jnp.float32) / 255
        loss, gradient = jax.value_and_grad(loss_of)(state[0], x, key)
        return adam(learning_rate, state, gradient, count + 1.0), loss

    @partial(jax.jit, static_argnames="steps", donate_argnames="state")
    def train(images, state, start, *, steps):
        state, losses = jax.lax.scan(partial(step, images), state, start + jnp.arange(steps))
        return state, losses.sum()

    parameters = start_from(np.load(setting["start"]))
    state = (parameters, *(jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)))
    count = 0
    compiled = {}

    def run(steps):
        nonlocal state, count
        lengths = [setting["scan"]] * (steps // setting["scan"])
        if steps % setting["scan"]:
            lengths.append(steps % setting["scan"])
        for length in set(lengths) - set(compiled):  # ahead of the clock
            compiled[length] = train.lower(
                images, state, jnp.int32(count), steps=length
            ).compile()
        losses = []
        began = time.perf_counter()
        for length in lengths:  # returns at once: the device has the next scan before it needs it
            state, loss = compiled[length](images, state, jnp.int32(count))
            losses.append(loss)
            count += length
        jax.block_until_ready((state, losses))
        elapsed = time.perf_counter() - began
        return elapsed / steps * 1e3, sum(loss.item() for loss in losses) / steps

    name = "CPU" if device.platform == "cpu" else device.device_kind
    return f"{jax.__version__}, {name}, {'TF32' if tf32 else 'float32'}", run


serve(open_jax)
