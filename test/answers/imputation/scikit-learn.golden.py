"""Writes scikit-learn.golden.json: small tables with gaps, and what scikit-learn puts into them, in float64.

Run with a Python that has scikit-learn (1.9.1 was used, with NumPy 2.4.6):
python3 test/answers/imputation/scikit-learn.golden.py

scikit-learn is given the features of `encodingOf`: standardised numbers and ranks, and a column of 0 and 1 for each
category. `IterativeImputer` is changed in one point: a category is not predicted from the others of its column.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import BayesianRidge
from sklearn.metrics.pairwise import nan_euclidean_distances

warnings.simplefilter('ignore', ConvergenceWarning)
random = np.random.default_rng(24)

# Categories of each column; 0 for numbers.
KINDS = ['numeric', 'positive', 'count', 'numeric', 'ordinal', 'categorical', 'binary']
CATEGORIES = [0, 0, 0, 0, 4, 3, 2]
FITTED, OTHERS = 45, 6


class WithoutSiblings(IterativeImputer):
    columns = None

    def _get_neighbor_feat_idx(self, n_features, feat_idx, abs_corr_mat):
        return np.flatnonzero(self.columns != self.columns[feat_idx])


def table():
    n = FITTED + OTHERS
    a, b = random.normal(size=(2, n))
    noise = lambda: 0.4 * random.normal(size=n)
    columns = [
        100 + 20 * (a + noise()),
        np.exp(0.5 * b + 0.3 * noise()),
        random.poisson(np.exp(1 + 0.4 * a)),
        a - b + noise(),
        np.digitize(a + noise(), [-0.8, 0, 0.9]),
        np.argmax([a + noise(), b + noise(), -a - b + noise()], axis=0),
        a + b + noise() > 0,
    ]
    values = np.array(columns, float).T
    rates = [0.1, 0.3, 0.2, 0.25, 0.2, 0.2, 0.3]
    gaps = random.uniform(size=values.shape) < rates
    gaps[n - 1] = True  # a row of nothing but gaps
    values[gaps] = np.nan
    return values


class Encoding:
    def __init__(self, fitted):
        self.features = []
        for c, (kind, categories) in enumerate(zip(KINDS, CATEGORIES)):
            known = fitted[~np.isnan(fitted[:, c]), c]
            if kind in ('categorical', 'binary'):
                self.features += [(c, k, 0, 1) for k in range(categories)]
            else:
                self.features.append((c, None, known.mean(), known.std()))
        self.columns = np.array([c for c, *_ in self.features])

    def encode(self, values):
        encoded = []
        for c, category, centre, scale in self.features:
            x = values[:, c]
            one = (x - centre) / scale if category is None else (x == category).astype(float)
            encoded.append(np.where(np.isnan(x), np.nan, one))
        return np.array(encoded).T

    def decode(self, values, predicted):
        out = values.copy()
        for c, categories in enumerate(CATEGORIES):
            own = np.flatnonzero(self.columns == c)
            gaps = np.isnan(values[:, c])
            if len(own) > 1:
                out[gaps, c] = np.argmax(predicted[np.ix_(gaps, own)], axis=1)
                continue
            _, _, centre, scale = self.features[own[0]]
            x = predicted[gaps, own[0]] * scale + centre
            out[gaps, c] = np.clip(np.floor(x + 0.5), 0, categories - 1) if categories else x
        return out


def check_no_ties(fitted, queries, columns, k):
    """Which of equally near rows are taken is not defined, and a distance of 0 may come out as 1e-8."""
    distances = nan_euclidean_distances(queries, fitted)
    for row, column in np.argwhere(np.isnan(queries)):
        near = np.sort(distances[row, ~np.isnan(fitted[:, column])])
        alone = near[k] - near[k - 1] > 1e-6 and near[0] > 1e-6
        assert np.isnan(near[0]) or alone, (row, columns[column])


def written(values):
    data = [None if np.isnan(v) else float(v) for v in np.ravel(values)]
    return {'shape': list(np.shape(values)), 'data': data}


values = table()
fitted, others = values[:FITTED], values[FITTED:]
encoding = Encoding(fitted)


def imputed(imputer):
    imputer.fit(encoding.encode(fitted))
    return [
        written(encoding.decode(part, imputer.transform(encoding.encode(part))))
        for part in (fitted, others)
    ]


def nearest(k, weights):
    for part in (fitted, others):
        check_no_ties(encoding.encode(fitted), encoding.encode(part), encoding.columns, k)
    rows, new = imputed(KNNImputer(n_neighbors=k, weights=weights))
    return {'neighbours': k, 'weights': weights, 'rows': rows, 'others': new}


def ridge(rounds, tolerance):
    imputer = WithoutSiblings(max_iter=rounds, tol=tolerance)
    imputer.columns = encoding.columns
    rows, new = imputed(imputer)
    return {
        'rounds': rounds,
        'tolerance': tolerance,
        'taken': int(imputer.n_iter_),
        'rows': rows,
        'others': new,
    }


def regression(n, width, noise):
    x = random.normal(size=(n, width)) + np.arange(width)
    y = 3 + x @ np.linspace(-1, 2, width) + noise * random.normal(size=n)
    fit = BayesianRidge().fit(x, y)
    return {
        'x': written(x),
        'y': written(y),
        'weights': written(fit.coef_),
        'intercept': float(fit.intercept_),
    }


golden = {
    'made by': f'scikit-learn {sklearn.__version__}, NumPy {np.__version__}',
    'columns': [{'kind': k, 'categories': c} for k, c in zip(KINDS, CATEGORIES)],
    'rows': written(fitted),
    'others': written(others),
    'nearest': [nearest(5, 'uniform'), nearest(3, 'distance')],
    'ridge': [ridge(10, 1e-3), ridge(2, 1e-3), ridge(10, 0.05)],
    'regressions': [regression(20, 3, 0.5), regression(20, 3, 30), regression(4, 6, 0.1)],
}
path = pathlib.Path(__file__).with_name('scikit-learn.golden.json')
path.write_text(json.dumps(golden, separators=(',', ':')) + '\n')
print([case['taken'] for case in golden['ridge']])
