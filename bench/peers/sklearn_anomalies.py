"""scikit-learn's detectors: scores of test rows after fitting on training rows, in the setting of anomalies.js."""

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import NearestNeighbors

from serve import converse


def forest(train, test, seed):
    return -IsolationForest(random_state=seed).fit(train).score_samples(test)


def nearest(train, test, seed):
    return NearestNeighbors(n_neighbors=5).fit(train).kneighbors(test)[0].mean(axis=1)


def residual(train, test, seed):
    model = PCA(n_components=0.9, svd_solver="full").fit(train)
    restored = model.inverse_transform(model.transform(test))
    return ((test - restored) ** 2).sum(axis=1)


DETECTORS = {"k-NN": nearest, "forest": forest, "PCA": residual}


def measure(_, request):
    train, test = np.array(request["train"]), np.array(request["test"])
    figures = {}
    for name, detector in DETECTORS.items():
        scores = detector(train, test, request["seed"])
        figures[name] = {
            "auroc": roc_auc_score(request["anomalous"], scores),
            "averagePrecision": average_precision_score(request["anomalous"], scores),
        }
    return figures


if __name__ == "__main__":
    converse(lambda setting: (f"scikit-learn {sklearn.__version__}", None), measure)
