"""Writes generation.golden.json: how two sets of features compare, by brute force over all pairs.

Precision and recall are Kynkäänniemi et al. 2019, density and coverage Naeem et al. 2020; a ball includes
its border. The Fréchet distance takes SciPy's square root of a matrix. Run with a Python that has NumPy and
SciPy: python3 test/evaluate/generation/generation.golden.py
"""

import json
import pathlib

import numpy as np
import scipy


def distances(a, b):
    return np.linalg.norm(a[:, None, :] - b[None, :, :], axis=2)


def radii(a, k):
    """Distance of each row to its k-th nearest other row."""
    apart = distances(a, a)
    np.fill_diagonal(apart, np.inf)
    return np.sort(apart, axis=1)[:, k - 1]


def compared(real, fake, k):
    apart = distances(real, fake)
    in_real = apart <= radii(real, k)[:, None]
    in_fake = apart <= radii(fake, k)[None, :]
    return {
        'k': k,
        'precision': in_real.any(axis=0).astype(int).tolist(),
        'recall': in_fake.any(axis=1).astype(int).tolist(),
        'density': (in_real.sum(axis=0) / k).tolist(),
        'coverage': in_real.any(axis=1).astype(int).tolist(),
    }


def frechet(a, b):
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(s @ t)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s + t) - 2 * np.trace(root).real)


def case(rng, n, m, width, shift, spread):
    # Multiples of 1/256 are exact in float32.
    real = np.round(256 * rng.normal(size=(n, width))) / 256
    mixing = np.eye(width) + 0.3 * rng.normal(size=(width, width))
    fake = np.round(256 * (spread * rng.normal(size=(m, width)) @ mixing + shift)) / 256
    return {
        'real': real.tolist(),
        'fake': fake.tolist(),
        'frechet': frechet(real, fake),
        'compared': [compared(real, fake, k) for k in (1, 3, 5)],
    }


rng = np.random.default_rng(0)
cases = [
    case(rng, 40, 30, 2, 0.5, 0.7),
    case(rng, 30, 50, 5, 0.0, 1.3),
    case(rng, 25, 25, 9, 1.0, 0.5),
]
versions = {m.__name__: m.__version__ for m in (np, scipy)}
path = pathlib.Path(__file__).with_suffix('.json')
path.write_text(json.dumps({'versions': versions, 'cases': cases}) + '\n')
