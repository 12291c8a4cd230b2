"""Writes safetensors.golden.json: files as the format's own Python package writes them, in base64.

    pip install numpy==2.4.6 safetensors==0.8.0
    python safetensors.golden.py
"""

import base64
import json
import pathlib

import numpy as np
import safetensors
from safetensors.numpy import save

values = np.array([0.1, -2.5, 65504.0, 2.0**-24, -0.0, 1e-3], dtype=np.float32).reshape(2, 3)
types = {
    "weight": values,
    "bias": np.float32([3.0]),
    "double": np.array([[0.1], [1e300]]),
    "counter": np.array([-1, 2**62], dtype=np.int64),
    "index": np.array([-7, 2**31 - 1, 0], dtype=np.int32),
    "bytes": np.arange(5, dtype=np.uint8),
    "flags": np.array([True, False, True]),
    "scalar": np.array(4.25, dtype=np.float32),
    "empty": np.zeros((0, 4), dtype=np.float32),
}
halves = {
    name: array.astype(np.float16) if array.dtype == np.float32 else array
    for name, array in types.items()
}
files = {
    "float32": (types, {"format": "test"}),
    "float16": (halves, {"format": "test"}),
    "no metadata": ({"b": values, "a": np.float32([1])}, None),
}
golden = {
    "made by": f"safetensors {safetensors.__version__}, numpy {np.__version__}",
    "files": {
        name: base64.b64encode(save(tensors, metadata)).decode()
        for name, (tensors, metadata) in files.items()
    },
}
path = pathlib.Path(__file__).with_name("safetensors.golden.json")
path.write_text(json.dumps(golden, indent=2) + "\n")
