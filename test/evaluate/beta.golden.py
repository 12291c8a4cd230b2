"""Writes beta.golden.json: what SciPy makes of Beta distributions.

Run with a Python that has SciPy (1.17.1 was used): python3 test/evaluate/beta.golden.py
"""

import json
import pathlib

import scipy
from scipy.special import betainc, betaincinv
from scipy.stats import betabinom

SHAPES = [
    (0.5, 0.5), (0.1, 3), (1, 1), (1, 100), (2, 39), (25, 475), (5, 495), (10, 992), (50, 952),
    (499, 1), (12.3, 11.7), (300.5, 200), (10_000, 190_001), (50_000, 950_001), (5e6, 5e6),
]  # fmt: skip
SHARES = [1e-6, 0.005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999]

cases = []
for a, b in SHAPES:
    points = [0.5, 1e-3, 0.05] + [float(betaincinv(a, b, p)) for p in SHARES]
    cases.append(
        {
            'a': a,
            'b': b,
            'probabilities': [[x, float(betainc(a, b, x))] for x in points],
            'quantiles': [[p, float(betaincinv(a, b, p))] for p in SHARES],
        }
    )
alarms = [
    [m, k, n, p, int(betabinom.ppf(p, m, k, n + 1 - k))]
    for m in (1, 30, 500, 20_000)
    for k, n in ((1, 40), (2, 40), (25, 499), (5, 501), (10, 1001))
    for p in (0.025, 0.5, 0.975)
]
golden = {'versions': {'scipy': scipy.__version__}, 'beta': cases, 'betaBinomial': alarms}
path = pathlib.Path(__file__).with_suffix('.json')
path.write_text(json.dumps(golden).replace(', {', ',\n{') + '\n')
print(path, path.stat().st_size)
