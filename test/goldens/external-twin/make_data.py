"""Writes the data of the fixture runs: a table as .npy and small images as IDX, each with classes."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "data"


def table(random, count, loadings, centres):
    """Three classes of 12 columns around a curved surface of two dimensions."""
    classes = random.integers(0, 3, count)
    z = centres[classes] + 0.6 * random.normal(size=(count, 2))
    rows = np.tanh(z @ loadings) + 0.15 * random.normal(size=(count, 12))
    return rows.astype(np.float32), classes.astype(np.int32)


def images(random, count):
    """12 by 12 bytes: a soft horizontal bar, a vertical one, or a disc, somewhere."""
    classes = random.integers(0, 3, count)
    down, across = np.mgrid[0:12, 0:12].astype(float)
    pictures = []
    for kind in classes:
        y, x, width = random.uniform(3, 8), random.uniform(3, 8), random.uniform(0.8, 1.8)
        distance = [abs(down - y), abs(across - x), np.hypot(down - y, across - x) / 1.8][kind]
        pictures.append(255 * np.exp(-0.5 * (distance / width) ** 2))
    return np.round(pictures).astype(np.uint8), classes.astype(np.uint8)


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(header + array.tobytes())


random = np.random.default_rng(20)
FOLDER.mkdir(exist_ok=True)
loadings, centres = random.normal(size=(2, 12)), np.array([[1.2, 0], [-0.8, 1], [-0.6, -1.1]])
for split, count in (("train", 120), ("test", 60)):
    rows, classes = table(random, count, loadings, centres)
    np.save(FOLDER / f"table-{split}.npy", rows)
    np.save(FOLDER / f"table-{split}-labels.npy", classes)
for split, count in (("train", 60), ("test", 45)):
    pictures, classes = images(random, count)
    write_idx(FOLDER / f"images-{split}.idx3-ubyte", pictures)
    write_idx(FOLDER / f"images-{split}-labels.idx1-ubyte", classes)
