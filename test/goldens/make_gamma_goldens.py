"""Values of log Γ and its derivatives by mpmath at 40 digits; README.md says what the file holds.

    python make_gamma_goldens.py
"""

import json
import platform
import struct
from pathlib import Path

import mpmath

FOLDER = Path(__file__).resolve().parent
VERSIONS = {"mpmath": mpmath.__version__, "python": platform.python_version()}
NEAR = [1 + s * 2.0**-k for k in (10, 20, 23) for s in (-1, 1)] + [2 + s * 2.0**-k for k in (10, 20, 22) for s in (-1, 1)]
FAR = [1e-30, 1e-5, 1e-3, 0.02, 13, 50, 1e3, 1e6, 1e15, 1e30]
SPREAD = [0.11 + 0.173 * i for i in range(75)]


def single(x):
    """The nearest float32, so that both precisions are asked the same."""
    return struct.unpack("f", struct.pack("f", x))[0]


def main():
    mpmath.mp.dps = 40
    x = sorted({single(v) for v in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 12.0] + NEAR + FAR + SPREAD})
    values = {"lgamma": [float(mpmath.loggamma(v)) for v in x]}
    for order in range(4):
        # Beyond these, a value of this order is outside of float32.
        values[f"polygamma {order}"] = [float(mpmath.polygamma(order, v)) if 1e-3 <= v <= 1e6 else None for v in x]
    written = {"versions": VERSIONS, "x": x, **values}
    (FOLDER / "gamma.golden.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
