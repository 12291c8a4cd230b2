"""Computes from checkpoints and raw files what `latentlab evaluate --measure all` prints, in float64 with numpy.

Nothing of the program is used. Figures that are drawn at random have an `error`, the standard error of the draws:
their `value` is what they are on average, by quadrature or by many draws.
"""

import json
from pathlib import Path

import numpy as np

from twin import draws, likelihood, measures
from twin.files import Run

HERE = Path(__file__).parent

first_columns = lambda rows: rows[:, :4]  # stands for the classifier's features


def loss(run):
    """Of a model whose code is a point."""
    value = -run.log_likelihood(run.test, run.posterior(run.test)[0]).mean()
    name = "grey-level cross-entropy" if run.bernoulli else "reconstruction −log p(x|z)"
    return {name: {"value": value}}


def figures(run):
    model = run.config["model"]
    groups = {
        "reconstruction": measures.reconstruction(run),
        "representation": {**measures.usage(run), **measures.readings(run)},
        "manifold": measures.manifold(run),
        "anomaly": measures.anomaly(run),
    }
    if model in ("vae", "wae"):
        codes = draws.prior(run.seed, min(len(run.test), len(run.train)), run.options["latent"])
        groups["generation"] = measures.generation(run, codes, first_columns)
    exact = {
        group: {name: {"value": value} for name, value in found.items()}
        for group, found in groups.items()
    }
    of_model = likelihood.figures(run) if model == "vae" else {"loss": loss(run)}
    for group, found in of_model.items():
        exact[group] = {**exact.get(group, {}), **found}
    return exact


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return value if isinstance(value, str) else float(np.format_float_positional(value, 10, fractional=False))


runs = {name: Run(HERE / "trained" / name, HERE) for name in ("vae", "wae", "pca", "ae")}
golden = {
    "figures": {name: figures(run) for name, run in runs.items()},
    "smallSplit": {
        "vae": likelihood.small_split(runs["vae"]),
        "wae": likelihood.discrepancy(runs["wae"]),
    },
}
text = json.dumps(rounded(golden), indent=2, ensure_ascii=False)
(HERE / "twin.golden.json").write_text(f"{text}\n")
