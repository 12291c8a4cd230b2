"""What the Python peers share: the layers of a setting and its images."""

import numpy as np

IDX_HEADER = 16  # bytes before the first pixel: magic number, count, height, width


def layer_shapes(setting):
    """(inputs, outputs) of every dense layer of the encoder and of the decoder."""
    inputs, hidden, latent = setting["inputs"], setting["hidden"], setting["latent"]
    encoder = [inputs, *hidden, 2 * latent]
    decoder = [latent, *reversed(hidden), inputs]
    return list(zip(encoder, encoder[1:])), list(zip(decoder, decoder[1:]))


def training_pixels(setting):
    """The training images as uint8, [images, inputs]."""
    pixels = np.fromfile(setting["images"], np.uint8)[IDX_HEADER:]
    return pixels.reshape(-1, setting["inputs"])
