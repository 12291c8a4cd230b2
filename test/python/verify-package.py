"""Checks packages of Latentlab with nothing but NumPy and ONNX Runtime: python verify-package.py FOLDER [FOLDER ...]

Prints the largest |a - b| / (1 + |b|) of each graph's outputs and the goldens, pixels between 0 and 1, and fails above 1e-5, or
where an index of a category differs.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnxruntime as ort

types = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}


def goldens_of(folder):
    file = (folder / "goldens.safetensors").read_bytes()
    start = 8 + int.from_bytes(file[:8], "little")
    graphs = {}
    for name, place in json.loads(file[8:start]).items():
        if name.count("/") == 2:  # GRAPH/inputs/NAME, GRAPH/outputs/NAME
            graph, kind, value = name.split("/")
            begin, end = (start + offset for offset in place["data_offsets"])
            array = np.frombuffer(file[begin:end], types[place["dtype"]]).reshape(place["shape"])
            graphs.setdefault(graph, {"inputs": {}, "outputs": {}})[kind][value] = array
    return graphs


def difference(a, b, one):
    if a.shape != b.shape or a.dtype != b.dtype or (b.dtype.kind == "i" and (a != b).any()):
        return np.inf
    with np.errstate(invalid="ignore"):
        off = np.abs(a.astype(float) - b) / (one + np.abs(b))
    return np.max(np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, off), initial=0)


def verify(folder, before):
    for path, entry in json.loads((folder / "manifest.json").read_bytes())["files"].items():
        if hashlib.sha256((folder / path).read_bytes()).hexdigest() != entry["sha256"]:
            sys.exit(f"{before}{path} does not match its hash")
    preprocess = folder / "preprocess.json"
    of_images = json.loads(preprocess.read_bytes()) if preprocess.exists() else {}
    white = of_images.get("range", [0, 1])[1]
    worst = {}
    for graph, goldens in goldens_of(folder).items():
        session = ort.InferenceSession(folder / "onnx" / f"{graph}.onnx")
        got = session.run(list(goldens["outputs"]), goldens["inputs"])
        ones = [white if name.endswith("pixels") else 1 for name in goldens["outputs"]]
        worst[graph] = max(map(difference, got, goldens["outputs"].values(), ones))
        print(f"{before}{graph}: {worst[graph]:.1e}")
    wrong = [graph for graph, off in worst.items() if not off <= 1e-5]
    if wrong:
        sys.exit(f"{before}{', '.join(wrong)}: the goldens do not agree")
    return max(worst.values())


folders = [pathlib.Path(name) for name in sys.argv[1:]]
largest = [verify(folder, f"{folder.name}/" if len(folders) > 1 else "") for folder in folders]
if len(folders) > 1:
    print(f"largest of {len(folders)} packages: {max(largest):.1e}")
