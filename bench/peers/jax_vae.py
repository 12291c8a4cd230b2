"""JAX (XLA on the CPU): all steps of a round in one jitted scan with donated state."""

import time
from functools import partial

import jax
import jax.numpy as jnp
import jaxlib
import optax

from jax_elbo import mlp, negative_elbo
from model import layer_shapes, training_pixels
from serve import serve


def initial_parameters(setting):
    def layer(key, shape):
        weight_key, bias_key = jax.random.split(key)
        bound = shape[0] ** -0.5
        return {
            "weight": jax.random.uniform(weight_key, shape, minval=-bound, maxval=bound),
            "bias": jax.random.uniform(bias_key, shape[1:], minval=-bound, maxval=bound),
        }

    networks = layer_shapes(setting)
    keys = iter(jax.random.split(jax.random.key(0), sum(map(len, networks))))
    return [[layer(next(keys), shape) for shape in network] for network in networks]


def loss_of(parameters, x, key):
    encoder, decoder = parameters
    return negative_elbo(partial(mlp, encoder), partial(mlp, decoder), x, key)


def open_jax(setting):
    images = jnp.asarray(training_pixels(setting))
    batch = setting["batch"]
    batches_per_epoch = len(images) // batch
    adam = optax.adam(setting["learningRate"])

    def step(images, state, count):
        parameters, moments = state
        at = count % batches_per_epoch * batch
        x = jax.lax.dynamic_slice_in_dim(images, at, batch).astype(jnp.float32) / 255
        key = jax.random.fold_in(jax.random.key(1), count)
        loss, gradient = jax.value_and_grad(loss_of)(parameters, x, key)
        updates, moments = adam.update(gradient, moments)
        return (optax.apply_updates(parameters, updates), moments), loss

    @partial(jax.jit, static_argnames="steps", donate_argnames="state")
    def train(images, state, start, *, steps):
        state, losses = jax.lax.scan(partial(step, images), state, start + jnp.arange(steps))
        return state, losses.mean()

    parameters = initial_parameters(setting)
    state = (parameters, adam.init(parameters))
    count = 0
    compiled = {}

    def run(steps):
        nonlocal state, count
        start = jnp.int32(count)
        if steps not in compiled:  # ahead of the clock: compiling is no part of a step
            compiled[steps] = train.lower(images, state, start, steps=steps).compile()
        began = time.perf_counter()
        state, loss = compiled[steps](images, state, start)
        loss.block_until_ready()
        elapsed = time.perf_counter() - began
        count += steps
        return elapsed / steps * 1e3, loss.item()

    return f"{jax.__version__} (jaxlib {jaxlib.__version__}, optax {optax.__version__})", run


serve(open_jax)
