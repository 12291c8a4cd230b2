"""The VAEs that the JAX peers time: the loss of a batch in nats per image, dense and convolutional."""

import jax
import jax.numpy as jnp
from jax import lax

LAYOUT = ("NCHW", "OIHW", "NCHW")
SIDE = 28


def mlp(layers, x):
    """Dense layers, {weight [inputs, outputs], bias}, with ReLU between them."""
    *inner, last = layers
    for layer in inner:
        x = jax.nn.relu(x @ layer["weight"] + layer["bias"])
    return x @ last["weight"] + last["bias"]


def conv_encoder(parameters, x):
    """mu and log variance [B, 2 L] of images [B, 784]: convolutions of stride 2, then a dense layer."""
    h = x.reshape(-1, 1, SIDE, SIDE)
    for layer in parameters["encoder"]:
        h = lax.conv_general_dilated(
            h, layer["weight"], (2, 2), [(1, 1)] * 2, dimension_numbers=LAYOUT
        )
        h = jax.nn.relu(h + layer["bias"])
    return mlp([parameters["code"]], h.reshape(len(h), -1))


def conv_decoder(parameters, z):
    """Logits [B, 784]: the encoder's mirror image."""
    outermost, *inner = parameters["decoder"]
    channels = [layer["weight"].shape[0] for layer in parameters["decoder"]]
    h = jax.nn.relu(mlp([parameters["image"]], z))
    side = round((h.shape[1] / channels[-1]) ** 0.5)
    h = h.reshape(-1, channels[-1], side, side)
    for layer in reversed(inner):
        h = jax.nn.relu(transposed(layer, h))
    return transposed(outermost, h).reshape(len(z), -1)


def transposed(layer, h):
    """PyTorch's ConvTranspose2d with stride 2 and padding 1."""
    weight = layer["weight"]
    around = [(size - 2, size - 2) for size in weight.shape[2:]]
    y = lax.conv_transpose(
        h, weight, (2, 2), around, dimension_numbers=LAYOUT, transpose_kernel=True
    )
    return y + layer["bias"]


def negative_elbo(encoder, decoder, x, key):
    """Loss of a batch [B, D] in nats per image."""
    mu, log_var = jnp.split(encoder(x), 2, axis=1)
    z = mu + jnp.exp(0.5 * log_var) * jax.random.normal(key, mu.shape)
    logits = decoder(z)
    cross_entropy = jnp.sum(jax.nn.softplus(logits) - x * logits)
    kl = 0.5 * jnp.sum(mu**2 + jnp.exp(log_var) - log_var - 1)
    return (cross_entropy + kl) / x.shape[0]
