"""SciPy float64 goldens for the likelihood of a row of a table; README.md says what the file holds.

    python make_column_goldens.py

Values are in the units of a file (None is a missing one), and so are the densities: SciPy never sees a cell.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy import special, stats

FOLDER = Path(__file__).resolve().parent
VERSIONS = {"scipy": scipy.__version__, "numpy": np.__version__, "python": platform.python_version()}
RANDOM = np.random.default_rng(13)
ROWS = 5

KNOTS = {"x": [-3.0, 0.0, 0.5, 4.0, 20.0], "y": [-2.0, -0.5, 0.0, 1.0, 2.5]}
FEW_KNOTS = {"x": [1.0, 2.0, 6.0], "y": [-1.0, 0.5, 1.0]}


def column(name, kind, distribution, centre=0.0, scale=1.0, gaps=False, categories=None, knots=None):
    made = {"name": name, "kind": kind, "distribution": distribution, "gaps": gaps, "centre": centre, "scale": scale}
    if categories:
        made["categories"] = [f"c{i}" for i in range(categories)]
    if knots:
        made["knots"] = knots
    return made


COLUMNS = [
    column("pressure", "numeric", "gaussian", 1.7e6, 10.0, gaps=True),
    column("category", "categorical", "categorical", categories=3),
    column("heavy", "numeric", "student-t", -2.0, 0.5),
    column("visits", "count", "negative-binomial", 1.2, 0.8, gaps=True),
    column("price", "positive", "log-normal", 3.0, 1.5, gaps=True),
    column("calls", "count", "poisson", 2.0, 0.6),
    column("smoker", "binary", "bernoulli", categories=2),
    column("grade", "ordinal", "ordinal", gaps=True, categories=4),
    column("when", "datetime", "gaussian", 19000.25, 400.0),
    column("mapped", "numeric", "gaussian", knots=KNOTS),
    column("city", "categorical", "categorical", gaps=True, categories=5),
    column("mapped heavy", "numeric", "student-t", knots=FEW_KNOTS),
    column("yes", "ordinal", "ordinal", categories=2),
    column("clicks", "count", "negative-binomial", 4.0, 1.5),
]
#: The order of a decoder's outputs and of parameters: by distribution, then as in the table.
GROUPS = ["gaussian", "student-t", "negative-binomial", "poisson", "bernoulli", "ordinal", "categorical"]


def group_of(c):
    return "gaussian" if c["distribution"] == "log-normal" else c["distribution"]


ORDER = [i for g in GROUPS for i, c in enumerate(COLUMNS) if group_of(c) == g]


def rounded(a):
    return np.round(a, 3)


def slope_and_value(knots, x):
    """The mapping of x by quantiles, linear beyond its ends, and its slope."""
    xs, ys = knots["x"], knots["y"]
    i = min(max(np.searchsorted(xs, x, side="right") - 1, 0), len(xs) - 2)
    slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])
    return slope, ys[i] + slope * (x - xs[i])


def cut_points(k, steps):
    start = special.logit(np.arange(1, k) / k)
    distances = np.diff(start) * np.exp(steps[1:])
    return start[0] + steps[0] + np.concatenate([[0.0], np.cumsum(distances)])


def draw_value(c, row):
    if c["gaps"] and row % 3 == 1:
        return None
    if "knots" in c:
        return float(rounded(RANDOM.uniform(c["knots"]["x"][0] - 2, c["knots"]["x"][-1] + 2)))
    if c["kind"] in ("numeric", "datetime"):
        return float(rounded(c["centre"] + 1.5 * c["scale"] * RANDOM.normal()))
    if c["kind"] == "positive":
        return float(rounded(np.exp(c["centre"] + c["scale"] * RANDOM.normal())))
    if c["kind"] == "count":
        return int(np.exp(c["centre"] + c["scale"] * RANDOM.normal())) if row != 3 else 0
    k = len(c["categories"])
    unseen = c["kind"] != "binary" and c["gaps"] and row == 2
    return k if unseen else int(RANDOM.integers(k))


def log_density(c, x, out, sigma, degrees, dispersion, steps):
    if x is None or ("categories" in c and x == len(c["categories"])):
        return 0.0
    centre, scale, kind = c["centre"], c["scale"], c["distribution"]
    if kind in ("gaussian", "student-t"):
        slope, y = slope_and_value(c["knots"], x) if "knots" in c else (1 / scale, None)
        family = stats.norm if kind == "gaussian" else stats.t(degrees)
        if y is not None:
            return float(family.logpdf((y - out[0]) / sigma) - np.log(sigma) + np.log(slope))
        if kind == "gaussian":
            return float(stats.norm.logpdf(x, loc=centre + scale * out[0], scale=scale * sigma))
        return float(stats.t.logpdf(x, degrees, loc=centre + scale * out[0], scale=scale * sigma))
    if kind == "log-normal":
        return float(stats.lognorm.logpdf(x, scale * sigma, scale=np.exp(centre + scale * out[0])))
    rate = np.exp(centre + scale * out[0])
    if kind == "poisson":
        return float(stats.poisson.logpmf(x, rate))
    if kind == "negative-binomial":
        return float(stats.nbinom.logpmf(x, dispersion, dispersion / (dispersion + rate)))
    if kind == "bernoulli":
        return float(stats.bernoulli.logpmf(x, special.expit(out[0])))
    if kind == "categorical":
        return float(special.log_softmax(out)[x])
    edges = np.concatenate([[-np.inf], cut_points(len(c["categories"]), steps), [np.inf]])
    return float(np.log(np.diff(stats.logistic.cdf(edges - out[0]))[x]))


def table(options):
    of = lambda *names: [i for i in ORDER if COLUMNS[i]["distribution"] in names]
    real = of("gaussian", "log-normal", "student-t")
    heavy, counts, ordinals = of("student-t"), of("negative-binomial"), of("ordinal")
    parameters = {
        "logSigma": rounded(RANDOM.normal(size=len(real)) * 0.5 - 0.3),
        "logDegrees": rounded(RANDOM.normal(size=len(heavy)) * 0.5 + 1.5),
        "logDispersion": rounded(RANDOM.normal(size=len(counts))),
        "cutPoints": rounded(0.7 * RANDOM.normal(size=sum(len(COLUMNS[i]["categories"]) - 1 for i in ordinals))),
    }
    sigma = options.get("sigma", "per-column")
    if sigma == "global":
        parameters["logSigma"] = rounded(RANDOM.normal(size=()))
    elif sigma != "per-column":
        del parameters["logSigma"]
    if "degrees" in options:
        del parameters["logDegrees"]

    def learned(i):
        steps = None
        if i in ordinals:
            before = sum(len(COLUMNS[j]["categories"]) - 1 for j in ordinals[: ordinals.index(i)])
            steps = parameters["cutPoints"][before : before + len(COLUMNS[i]["categories"]) - 1]
        own = sigma
        if sigma == "global":
            own = np.exp(parameters["logSigma"])
        elif sigma == "per-column":
            own = np.exp(parameters["logSigma"][real.index(i)]) if i in real else None
        degrees = options.get("degrees") or (np.exp(parameters["logDegrees"][heavy.index(i)]) if i in heavy else None)
        dispersion = np.exp(parameters["logDispersion"][counts.index(i)]) if i in counts else None
        return own, degrees, dispersion, steps

    width = {i: len(c["categories"]) if c["distribution"] == "categorical" else 1 for i, c in enumerate(COLUMNS)}
    outputs, values, log_prob = [], [], []
    for row in range(ROWS):
        out = {i: rounded(RANDOM.normal(size=width[i])) for i in ORDER}
        x = [draw_value(c, row) for c in COLUMNS]
        outputs.append(np.concatenate([out[i] for i in ORDER]).tolist())
        values.append(x)
        log_prob.append([log_density(c, x[i], out[i], *learned(i)) for i, c in enumerate(COLUMNS)])
    return {
        "options": options,
        "parameters": {name: {"shape": list(p.shape), "data": p.ravel().tolist()} for name, p in parameters.items()},
        "outputs": outputs,
        "values": values,
        "logProb": log_prob,
    }


def counts():
    """x, mean, dispersion, and the log-probabilities of both distributions."""
    found = []
    for mean in (1e-3, 0.5, 3.0, 40.0, 1000.0, 9000.0):
        for r in (1e-3, 0.1, 2.0, 50.0, 3e3, 1e5):
            if mean / r < 1e-5:
                continue  # p = r / (r + mean) keeps too few digits of 1 - p
            for x in sorted({0, 1, 7, int(mean), int(mean + 3 * np.sqrt(mean)) + 2}):
                nb = stats.nbinom.logpmf(x, r, r / (r + mean))
                found.append([x, mean, r, float(stats.poisson.logpmf(x, mean)), float(nb)])
    return found


def student():
    """x, σ, ν and the log-density around 0."""
    return [
        [x, sigma, nu, float(stats.t.logpdf(x, nu, scale=sigma))]
        for x in (0.0, 0.3, -2.0, 40.0, 1e5)
        for sigma in (1e-3, 1.0, 20.0)
        for nu in (0.3, 1.0, 2.5, 30.0, 1000.0)
    ]


def main():
    tables = [table(options) for options in ({}, {"sigma": "global"}, {"sigma": 0.3, "degrees": 2.5})]
    written = {"versions": VERSIONS, "columns": COLUMNS, "tables": tables, "counts": counts(), "studentT": student()}
    path = FOLDER / "columns.golden.json"
    path.write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
