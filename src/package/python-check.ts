/**
 * A few lines of Python for a model card, to be run in the folder of the package: they run the goldens through its graphs and
 * print the largest |a - b| / (1 + |b|). NumPy and ONNX Runtime are all that they need.
 */
export const pythonCheck = `import json, numpy as np, onnxruntime as ort
file = open("goldens.safetensors", "rb").read()
start = 8 + int.from_bytes(file[:8], "little")
types = {"F64": "f8", "F32": "f4", "I64": "i8", "I32": "i4", "U8": "u1", "BOOL": "?"}
read = lambda at, b, e: np.frombuffer(file[start + b:start + e], types[at["dtype"]]).reshape(at["shape"])
white = json.load(open("preprocess.json")).get("range", [0, 1])[1]
goldens = {k: read(at, *at["data_offsets"]) for k, at in json.loads(file[8:start]).items() if k.count("/") == 2}
for graph in sorted({k.split("/")[0] for k in goldens}):
    values = lambda kind: {k.split("/")[2]: v for k, v in goldens.items() if k.startswith(f"{graph}/{kind}/")}
    got = ort.InferenceSession(f"onnx/{graph}.onnx").run(list(values("outputs")), values("inputs"))
    one = lambda k: white if k.endswith("pixels") else 1  # pixels are compared between 0 and 1
    print(graph, max(np.nanmax(abs(a * 1.0 - b) / (one(k) + abs(b))) for a, (k, b) in zip(got, values("outputs").items())))
`
