"""What is measured of reconstructions, codes and samples."""

import numpy as np

from .files import evenly


def squared_distances(a, b):
    return ((a[:, None] - b[None]) ** 2).sum(axis=-1)


def reconstruction(run):
    x = run.test
    restored = run.decoded(run.posterior(x)[0])
    errors = ((x - restored) ** 2).sum(axis=1)
    found = {
        "squared error": errors.mean(),
        "mean squared error": errors.mean() / x.shape[1],
    }
    if len(run.shape) == 3:
        pictures = (-1, *run.shape[1:])
        pairs = zip(x.reshape(pictures), restored.reshape(pictures))
        found["peak signal-to-noise ratio"] = np.mean(-10 * np.log10(errors / x.shape[1]))
        found["structural similarity (SSIM)"] = np.mean([similarity(*pair) for pair in pairs])
    return found


def similarity(x, y):
    """Wang et al. 2004 with Gaussian windows of 11 pixels, of images in [0, 1]."""
    offsets = np.arange(11) - 5
    weights = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(weights, weights) / weights.sum() ** 2
    c1, c2, found = 0.01**2, 0.03**2, []
    for r in range(x.shape[0] - 10):
        for c in range(x.shape[1] - 10):
            a, b = x[r : r + 11, c : c + 11], y[r : r + 11, c : c + 11]
            ma, mb = np.sum(window * a), np.sum(window * b)
            va, vb = np.sum(window * (a - ma) ** 2), np.sum(window * (b - mb) ** 2)
            both = np.sum(window * (a - ma) * (b - mb))
            found.append((2 * ma * mb + c1) * (2 * both + c2)
                         / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    return np.mean(found)


def usage(run):
    codes = run.posterior(run.test)[0]
    singular = np.linalg.svd(codes - codes.mean(axis=0), compute_uv=False)
    shares, variances = singular / singular.sum(), singular**2
    return {
        "effective rank of codes": np.exp(-np.sum(shares * np.log(shares))),
        "participation ratio of codes": variances.sum() ** 2 / np.sum(variances**2),
    }


def readings(run):
    """Classes of test examples from codes, values and principal components."""
    count = run.options["latent"]
    mean = run.train.mean(axis=0)
    axes = np.linalg.svd(run.train - mean, full_matrices=False)[2][:count].T
    spaces = {
        "codes": [run.posterior(x)[0] for x in (run.train, run.test)],
        "values": [run.train, run.test],
        f"{count} principal components": [(x - mean) @ axes for x in (run.train, run.test)],
    }
    found = {}
    for name, (train, test) in spaces.items():
        truth = run.test_classes
        probed, voted = probe(train, run.train_classes, test), votes(train, run.train_classes, test)
        found[f"linear probe accuracy, from {name}"] = np.mean(probed == truth)
        found[f"nearest-neighbour accuracy, from {name}"] = np.mean(voted == truth)
    return found


def probe(train, classes, test, penalty=1e-3):
    """Multinomial logistic regression of standardised features, to the minimum by Newton's method."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation[deviation < 1e-12] = np.inf
    standard = lambda x: np.hstack([(x - mean) / deviation, np.ones((len(x), 1))])
    x, truth = standard(train), np.eye(classes.max() + 1)[classes]
    width, kinds = x.shape[1], truth.shape[1]
    weights = np.zeros((width, kinds))
    penalised = penalty * np.ones((width, 1))
    penalised[-1] = 0

    def probabilities(w, rows):
        logits = rows @ w
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def objective(w):
        chosen = np.sum(probabilities(w, x) * truth, axis=1)
        return -np.mean(np.log(np.maximum(chosen, 1e-300))) + 0.5 * np.sum(penalised * w**2)

    for _ in range(100):
        p = probabilities(weights, x)
        gradient = x.T @ (p - truth) / len(x) + penalised * weights
        if abs(gradient).max() < 1e-12:
            break
        hessian = np.zeros((width * kinds, width * kinds))
        for a in range(kinds):
            for b in range(kinds):
                scale = p[:, a] * ((a == b) - p[:, b]) / len(x)
                block = x.T @ (scale[:, None] * x) + (a == b) * np.diag(penalised[:, 0])
                hessian[a::kinds, b::kinds] = block
        step = np.linalg.lstsq(hessian, gradient.ravel(), rcond=1e-13)[0].reshape(weights.shape)
        length = 1.0
        while objective(weights - length * step) > objective(weights) and length > 1e-6:
            length /= 2
        weights = weights - length * step
    return np.argmax(standard(test) @ weights, axis=1)


def votes(train, classes, test, k=5):
    """The class of most of the k nearest; of equally many, that whose nearest is the nearest."""
    found = []
    for distances in squared_distances(test, train):
        near = list(classes[np.argsort(distances, kind="stable")[:k]])
        most = max(near.count(kind) for kind in near)
        found.append(next(kind for kind in near if near.count(kind) == most))
    return np.array(found)


def manifold(run):
    x = run.test
    codes = run.posterior(x)[0]
    n, k = len(x), min(12, len(x) // 2 - 1)

    def ranks(points):
        distances = squared_distances(points, points)
        np.fill_diagonal(distances, -1)
        return np.argsort(np.argsort(distances, axis=1, kind="stable"), axis=1)

    by_example, by_code = ranks(x), ranks(codes)
    scale = 2 / (n * k * (2 * n - 3 * k - 1))
    near = lambda rank: (rank >= 1) & (rank <= k)
    intruders = near(by_code) & ~near(by_example)
    lost = near(by_example) & ~near(by_code)
    spectra = [np.linalg.svd(run.jacobian(row), compute_uv=False) for row in x[:100]]
    spectrum = np.mean(spectra, axis=0)
    return {
        "trustworthiness": 1 - scale * np.sum((by_example - k)[intruders]),
        "continuity": 1 - scale * np.sum((by_code - k)[lost]),
        "neighbourhood overlap": np.sum(near(by_example) & near(by_code)) / (n * k),
        **paths(run, codes),
        "largest singular value of the encoder's Jacobian": spectrum[0],
        "singular values above a tenth of the largest": np.sum(spectrum > spectrum[0] / 10),
    }


def paths(run, codes, steps=32):
    count = min(100, len(codes) // 2)
    detours, jumps = [], []
    for start, end in zip(codes[:count], codes[count : 2 * count]):
        t = np.linspace(0, 1, steps + 1)[:, None]
        points = run.decoded((1 - t) * start + t * end)
        lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
        detours.append(lengths.sum() / np.linalg.norm(points[-1] - points[0]))
        jumps.append(lengths.max() / lengths.mean())
    return {
        "detour of interpolations": np.mean(detours),
        "largest step of interpolations": np.mean(jumps),
    }


def anomaly(run, normal=(0,)):
    """Area under the curve and average precision of the squared error, with class 0 as normal."""
    scores = ((run.test - run.decoded(run.posterior(run.test)[0])) ** 2).sum(axis=1)
    anomalous = ~np.isin(run.test_classes, normal)
    higher = scores[anomalous][:, None] - scores[~anomalous][None]
    falling = anomalous[np.argsort(-scores)]
    precision = np.cumsum(falling) / np.arange(1, len(falling) + 1)
    return {
        "AUROC": np.mean((higher > 0) + 0.5 * (higher == 0)),
        "average precision": np.mean(precision[falling]),
    }


def generation(run, codes, features):
    """Samples decoded from `codes` beside test examples, in `features` and in the values themselves."""
    samples = run.decoded(codes)
    count = len(samples)
    real = run.test[evenly(len(run.test), count)]
    found = {}
    for where, of in (("features", features), ("values", lambda rows: rows)):
        for name, value in likeness(of(real), of(samples)).items():
            found[f"{name} ({where})"] = value
    nearest = lambda rows: np.sqrt(squared_distances(rows, run.train).min(axis=1))
    of_samples, of_real = nearest(samples), nearest(real)
    further = of_real[None] - of_samples[:, None]
    found["distance of samples to training"] = of_samples.mean()
    found["samples nearer than examples"] = np.mean((further > 0) + 0.5 * (further == 0))
    return found


def likeness(real, samples):
    def radii(rows, k):
        return np.sort(squared_distances(rows, rows), axis=1)[:, k]  # the first is the row itself

    between = squared_distances(samples, real)
    inside = between <= radii(real, 5)[None]
    return {
        "Fréchet distance": frechet(real, samples),
        "precision": np.mean(np.any(between <= radii(real, 3)[None], axis=1)),
        "recall": np.mean(np.any(between <= radii(samples, 3)[:, None], axis=0)),
        "density": np.mean(inside.sum(axis=1) / 5),
        "coverage": np.mean(np.any(inside, axis=0)),
    }


def frechet(a, b):
    """Of the normal distributions with the same moments; tr (AB)^(1/2) by the eigenvalues of AB."""
    first, second = np.cov(a.T), np.cov(b.T)
    values = np.linalg.eigvals(first @ second).real
    root = np.sum(np.sqrt(np.maximum(values, 0)))
    means = a.mean(axis=0) - b.mean(axis=0)
    return means @ means + np.trace(first) + np.trace(second) - 2 * root
