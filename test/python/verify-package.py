"""Checks a package of Latentlab with nothing but NumPy and ONNX Runtime: python verify-package.py FOLDER

Prints the largest |a - b| / (1 + |b|) of each graph's outputs and the goldens, and fails above 1e-5.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnxruntime as ort

folder = pathlib.Path(sys.argv[1])
for path, entry in json.loads((folder / "manifest.json").read_bytes())["files"].items():
    if hashlib.sha256((folder / path).read_bytes()).hexdigest() != entry["sha256"]:
        sys.exit(f"{path} does not match its hash")

file = (folder / "goldens.safetensors").read_bytes()
start = 8 + int.from_bytes(file[:8], "little")
types = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
graphs = {}
for name, place in json.loads(file[8:start]).items():
    if name.count("/") == 2:  # GRAPH/inputs/NAME, GRAPH/outputs/NAME
        graph, kind, value = name.split("/")
        begin, end = (start + offset for offset in place["data_offsets"])
        array = np.frombuffer(file[begin:end], types[place["dtype"]]).reshape(place["shape"])
        graphs.setdefault(graph, {"inputs": {}, "outputs": {}})[kind][value] = array

wrong = []
for graph, goldens in graphs.items():
    session = ort.InferenceSession(folder / "onnx" / f"{graph}.onnx")
    got = session.run(list(goldens["outputs"]), goldens["inputs"])
    pairs = [(a.astype(float), b.astype(float)) for a, b in zip(got, goldens["outputs"].values())]
    off = [np.where(np.isnan(a) & np.isnan(b), 0, abs(a - b) / (1 + abs(b))) for a, b in pairs]
    worst = max(np.max(one, initial=0) for one in off)
    print(f"{graph}: {worst:.1e}")
    if not worst <= 1e-5:
        wrong.append(graph)
if wrong:
    sys.exit(f"{', '.join(wrong)}: the goldens do not agree")
