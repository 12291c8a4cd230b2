/**
 * Ten lines of Python for a model card, to be run in the folder of the package: they run the goldens through its graphs and
 * print the largest |a - b| / (1 + |b|). NumPy and ONNX Runtime are all that they need.
 */
export const pythonCheck = `import json, numpy as np, onnxruntime as ort
file = open("goldens.safetensors", "rb").read()
start = 8 + int.from_bytes(file[:8], "little")
types = {"F64": "f8", "F32": "f4", "I64": "i8", "I32": "i4", "U8": "u1", "BOOL": "?"}
read = lambda at, b, e: np.frombuffer(file[start + b:start + e], types[at["dtype"]]).reshape(at["shape"])
goldens = {k: read(at, *at["data_offsets"]) for k, at in json.loads(file[8:start]).items() if k.count("/") == 2}
for graph in sorted({k.split("/")[0] for k in goldens}):
    values = lambda kind: {k.split("/")[2]: v for k, v in goldens.items() if k.startswith(f"{graph}/{kind}/")}
    got = ort.InferenceSession(f"onnx/{graph}.onnx").run(list(values("outputs")), values("inputs"))
    print(graph, max(np.nanmax(abs(a * 1.0 - b) / (1 + abs(b))) for a, b in zip(got, values("outputs").values())))
`
