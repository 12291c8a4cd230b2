"""Writes scikit-learn.golden.json: what scikit-learn, SciPy and NumPy make of small examples, in float64.

Run with a Python that has scikit-learn (1.9.1 was used, with SciPy 1.17.1 and NumPy 2.4.6):
python3 test/evaluate/scikit-learn.golden.py

Inputs are float32 numbers, written by the shortest decimals that read back as them. DeLong's standard error is
in none of these libraries: it is computed here from its definition, pair by pair.
"""

import json
import pathlib

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(4)


def floats(values):
    return np.asarray(values, np.float32)


def written(values):
    return {'shape': list(values.shape), 'data': [float(str(v)) for v in values.ravel()]}


def exact(values):
    return values.astype(np.float64)


def clusters(count, width, classes, apart):
    labels = random.integers(classes, size=count)
    centres = apart * random.normal(size=(classes, width))
    return floats(centres[labels] + random.normal(size=(count, width))), labels


def nearest_classes():
    (x, labels), k_of = clusters(80, 3, 4, 1.0), (1, 5, 8)
    queries = floats(1.3 * random.normal(size=(60, 3)))
    cases = []
    for k in k_of:
        model = KNeighborsClassifier(k, algorithm='brute').fit(exact(x), labels)
        # Equal votes are decided otherwise here.
        votes = np.sort(model.predict_proba(exact(queries)), axis=1)
        clear = np.flatnonzero(votes[:, -1] > votes[:, -2])
        assert len(clear) > 30
        predicted = model.predict(exact(queries))[clear]
        cases.append({'k': k, 'queries': clear.tolist(), 'classes': predicted.tolist()})
    return {'x': written(x), 'labels': labels.tolist(), 'queries': written(queries), 'cases': cases}


def logistic_regression():
    classes, penalty = 4, 0.01
    x, labels = clusters(90, 5, classes, 0.8)
    x[:, 1] = 50 + 7 * x[:, 1]
    x[:, 3] = 0.1  # which tells nothing, and cannot be divided by its deviation
    scaler = StandardScaler().fit(exact(x))
    model = LogisticRegression(C=1 / (penalty * len(x)), tol=1e-12, max_iter=100_000)
    model.fit(scaler.transform(exact(x)), labels)
    tests = floats(x[:40] + 2 * random.normal(size=(40, 5)))
    return {
        'x': written(x),
        'labels': labels.tolist(),
        'penalty': penalty,
        'weights': model.coef_.T.ravel().tolist(),
        'bias': model.intercept_.tolist(),
        'tests': written(tests),
        'classes': model.predict(scaler.transform(exact(tests))).tolist(),
    }


def two_classes():
    penalty = 0.02
    x, labels = clusters(60, 3, 2, 0.5)
    model = LogisticRegression(C=2 / (penalty * len(x)), tol=1e-12, max_iter=100_000)
    model.fit(StandardScaler().fit_transform(exact(x)), labels)
    return {
        'x': written(x),
        'labels': labels.tolist(),
        'penalty': penalty,
        'weights': model.coef_.ravel().tolist(),
        'bias': model.intercept_.tolist(),
    }


def neighbourhoods():
    x = floats(random.normal(size=(70, 5)))
    z = floats(np.stack([x[:, 0] + 0.3 * x[:, 2], np.sin(x[:, 1]) * x[:, 3]], axis=1))
    cases = [
        {
            'k': k,
            'trustworthiness': trustworthiness(exact(x), exact(z), n_neighbors=k),
            'continuity': trustworthiness(exact(z), exact(x), n_neighbors=k),
        }
        for k in (1, 5, 12, 34)
    ]
    return {'x': written(x), 'z': written(z), 'cases': cases}


def delong(scores, anomalous):
    positive, negative = scores[anomalous == 1], scores[anomalous == 0]
    psi = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    over_negatives, over_positives = psi.mean(axis=1), psi.mean(axis=0)
    return np.sqrt(
        over_negatives.var(ddof=1) / len(positive) + over_positives.var(ddof=1) / len(negative)
    )


def detection():
    cases = []
    for name, decimals, count in (('no ties', 9, 40), ('ties', 0, 60), ('many ties', 0, 200)):
        anomalous = (random.random(count) < 0.3).astype(int)
        scores = floats(np.round(1.2 * random.normal(size=count) + anomalous, decimals))
        cases.append((name, scores, anomalous))
    cases.append(('all the same', floats(np.ones(7)), np.array([1, 0, 0, 1, 0, 0, 0])))
    cases.append(('all in order', floats(np.arange(6)), np.array([0, 0, 0, 0, 1, 1])))
    cases.append(('all in the wrong order', floats(np.arange(6)), np.array([1, 1, 0, 0, 0, 0])))
    return [
        {
            'name': name,
            'scores': written(scores),
            'anomalous': anomalous.tolist(),
            'area': roc_auc_score(anomalous, exact(scores)),
            'standardError': delong(exact(scores), anomalous),
            'averagePrecision': average_precision_score(anomalous, exact(scores)),
        }
        for name, scores, anomalous in cases
    ]


def quantiles():
    levels = (0.1, 0.5, 0.9, 0.95, 0.99, 0.9999)
    degrees = (1, 2, 3, 4, 5, 10, 29, 30, 101, 998, 999, 1000, 1001, 5000, 59999)
    return {
        'normal': [[level, scipy.stats.norm.ppf((1 + level) / 2)] for level in levels],
        'student': [
            [level, df, scipy.stats.t.ppf((1 + level) / 2, df)] for level in levels for df in degrees
        ],
    }


def proportions():
    cases = []
    for successes, count, level in ((0, 9, 0.95), (9, 9, 0.95), (7, 20, 0.9), (981, 1000, 0.99)):
        test = scipy.stats.binomtest(successes, count)
        low, high = test.proportion_ci(level, method='wilson')
        cases.append([successes, count, level, low, high])
    return cases


def means():
    values = floats(random.gamma(2, size=12))
    low, high = scipy.stats.t.interval(
        0.95, 11, exact(values).mean(), scipy.stats.sem(exact(values))
    )
    return {'values': written(values), 'low': low, 'high': high}


def codes():
    z = floats(random.normal(size=(50, 4)) @ np.diag([3, 1, 0.5, 0.01]) + [5, -3, 0, 0])
    return {
        'z': written(z),
        'singularValues': np.linalg.svd(
            exact(z) - exact(z).mean(axis=0), compute_uv=False
        ).tolist(),
    }


golden = {
    'versions': {
        'scikit-learn': sklearn.__version__,
        'scipy': scipy.__version__,
        'numpy': np.__version__,
    },
    'nearestClasses': nearest_classes(),
    'logisticRegression': logistic_regression(),
    'twoClasses': two_classes(),
    'neighbourhoods': neighbourhoods(),
    'detection': detection(),
    'quantiles': quantiles(),
    'proportions': proportions(),
    'means': means(),
    'codes': codes(),
}
path = pathlib.Path(__file__).with_suffix('.json')
path.write_text(json.dumps(golden).replace(', "', ',\n"') + '\n')
print(path, path.stat().st_size)
