"""Writes similarity.golden.json: PSNR and SSIM of pairs of images.

The similarity is written down anew from Wang et al. 2004, with the window as one two-dimensional array, and
compared with scikit-image's on the pixels that are five or more from the border, where the images are large
enough for it. Run with a Python that has NumPy, SciPy and scikit-image:
python3 test/evaluate/reconstruction/similarity.golden.py
"""

import json
import pathlib

import numpy as np
import scipy
import skimage
from scipy.signal import convolve2d
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def window(height, width):
    def length(n):
        return min(11, n if n % 2 else n - 1)

    r, c = [np.arange(n) - (n - 1) / 2 for n in (length(height), length(width))]
    weights = np.exp(-(r[:, None] ** 2 + c[None, :] ** 2) / (2 * 1.5**2))
    return weights / weights.sum()


def ssim(x, y, data_range):
    w = window(*x.shape)

    def mean(a):
        return convolve2d(a, w, mode='valid')

    mx, my = mean(x), mean(y)
    vx, vy, cxy = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    luminance = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
    return float((luminance * (2 * cxy + c2) / (vx + vy + c2)).mean())


def case(rng, shape, data_range, noise):
    channels, height, width = shape
    r, c = np.mgrid[:height, :width]
    x = np.stack([np.sin(r / (2 + k)) * np.cos(c / 3 + k) for k in range(channels)])
    x = np.round(data_range * (x + 1) / 2, 3)
    y = np.round(np.clip(x + noise * data_range * rng.normal(size=shape), 0, data_range), 3)
    value = float(np.mean([ssim(x[k], y[k], data_range) for k in range(channels)]))
    given = {}
    if min(height, width) >= 11:
        options = {'gaussian_weights': True, 'sigma': 1.5, 'use_sample_covariance': False}
        theirs = structural_similarity(x, y, data_range=data_range, channel_axis=0, **options)
        assert abs(theirs - value) < 1e-12, (theirs, value)
        given = {'skimage': float(theirs)}
    return {
        'shape': list(shape),
        'range': data_range,
        'x': x.ravel().tolist(),
        'y': y.ravel().tolist(),
        'ssim': value,
        'psnr': float(peak_signal_noise_ratio(x, y, data_range=data_range)),
        **given,
    }


rng = np.random.default_rng(0)
cases = [
    case(rng, (1, 14, 17), 1, 0.05),
    case(rng, (1, 28, 28), 1, 0.3),
    case(rng, (3, 12, 11), 255, 0.1),
    case(rng, (1, 8, 8), 1, 0.1),
    case(rng, (2, 13, 4), 2, 0.2),
    case(rng, (1, 1, 13), 1, 0.2),
]
versions = {m.__name__: m.__version__ for m in (np, scipy, skimage)}
path = pathlib.Path(__file__).with_suffix('.json')
path.write_text(json.dumps({'versions': versions, 'cases': cases}) + '\n')
