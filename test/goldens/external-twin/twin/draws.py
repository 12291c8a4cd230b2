"""The program's own draws of the prior, from its description in src/tensor/random.ts."""

import math

import numpy as np

MASK, GOLDEN = (1 << 64) - 1, 0x9E3779B97F4A7C15


def mix(value):
    """SplitMix64's finaliser."""
    value &= MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def words(seed, name):
    """The 32-bit words of a named stream: sfc32."""
    key = mix(seed + GOLDEN)
    for byte in name.encode():
        key = mix(key ^ (byte + GOLDEN))
    key = mix(key)
    a, b, c, d = key & 0xFFFFFFFF, key >> 32, mix(key ^ GOLDEN) & 0xFFFFFFFF, 1
    skipped = 0
    while True:
        word = (a + b + d) & 0xFFFFFFFF
        d = (d + 1) & 0xFFFFFFFF
        a, b = b ^ (b >> 9), (c + (c << 3)) & 0xFFFFFFFF
        c = (((c << 21) | (c >> 11)) + word) & 0xFFFFFFFF
        skipped += 1
        if skipped > 15:
            yield word


def prior(seed, count, latent):
    """Codes [count, latent] of a standard normal prior."""
    stream = words(seed, "sample prior")
    uniform = lambda: ((next(stream) >> 6) * 2**27 + (next(stream) >> 5) + 0.5) / 2**53
    normal = lambda: math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform())
    return np.array([normal() for _ in range(count * latent)]).reshape(count, latent)
