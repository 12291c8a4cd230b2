"""Loss terms and likelihood of a VAE with a code of two dimensions, by quadrature where figures are drawn."""

import numpy as np

from .files import evenly

LOG_2PI = np.log(2 * np.pi)


def log_normal(z, mu=0.0, sigma=1.0):
    return -0.5 * np.sum(((z - mu) / sigma) ** 2 + 2 * np.log(sigma) + LOG_2PI, axis=-1)


def log_sum(values, axis):
    most = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)


def kl_by_dimension(mu, sigma):
    return 0.5 * (mu**2 + sigma**2 - 2 * np.log(sigma) - 1)


def hermite(points=48):
    """Nodes [points², 2] and weights of a standard normal of two dimensions."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    grid = np.stack(np.meshgrid(nodes, nodes), -1).reshape(-1, 2)
    return grid, np.outer(weights, weights).ravel() / weights.sum() ** 2


def under_posterior(run, x, value):
    """Mean and variance of value(x, z, mu, sigma) under q(z|x), for each example."""
    nodes, weights = hermite()
    means, variances = [], []
    for row, mu, sigma in zip(x, *run.posterior(x)):
        found = value(row, mu + sigma * nodes, mu, sigma)
        means.append(weights @ found)
        variances.append(weights @ (found - means[-1]) ** 2)
    return np.array(means), np.array(variances)


def drawn(means, variances, draws=1):
    """A figure that is a mean over examples of draws: what it is on average, and its standard error."""
    return {"value": np.mean(means), "error": np.sqrt(np.sum(variances) / draws) / len(means)}


def grid(half=8.0, step=0.02):
    axis = np.arange(-half, half + step / 2, step)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2), 2 * np.log(step)


def log_evidence(run, x):
    """log p(x) = log of the integral of p(x|z) p(z) over z, by the trapezoidal rule."""
    z, log_cell = grid()
    means, prior = run.decoded(z), log_normal(z)
    constant = -0.5 * means.shape[1] * np.log(2 * np.pi * run.sigma**2)
    squares = np.sum(means**2, axis=1)
    found = []
    for row in x:
        distances = squares - 2 * means @ row + row @ row
        found.append(log_sum(constant - 0.5 * distances / run.sigma**2 + prior + log_cell, 0))
    return np.array(found)


def weighted_bounds(run, x, samples, repeats, random):
    """-log of the mean importance weight: mean and variance over repeats, for each example."""
    means, variances = [], []
    for row, mu, sigma in zip(x, *run.posterior(x)):
        z = mu + sigma * random.normal(size=(repeats, samples, len(mu)))
        logs = run.log_likelihood(row, z) + log_normal(z) - log_normal(z, mu, sigma)
        bounds = np.log(samples) - log_sum(logs, 1)
        means.append(bounds.mean())
        variances.append(bounds.var())
    return np.array(means), np.array(variances)


def aggregated_divergence(run, x):
    """KL(q(z) || p(z)) of the mixture of the posteriors, by quadrature."""
    mu, sigma = run.posterior(x)
    z, log_cell = grid(step=0.04)
    log_q = log_sum(np.stack([log_normal(z, m, s) for m, s in zip(mu, sigma)]), 0) - np.log(len(x))
    return np.sum(np.exp(log_q + log_cell) * (log_q - log_normal(z)))


def information_error(run, x):
    """Standard error of log q(z|x) - log q(z) with one code drawn for each example."""
    mu, sigma = run.posterior(x)

    def difference(_row, z, m, s):
        log_q = log_sum(np.stack([log_normal(z, *one) for one in zip(mu, sigma)]), 0)
        return log_normal(z, m, s) - log_q

    return drawn(*under_posterior(run, x, difference))["error"]


def figures(run):
    x, random = run.test, np.random.default_rng(1)
    divergences = kl_by_dimension(*run.posterior(x))
    kl = divergences.sum(axis=1).mean()
    loss = drawn(*under_posterior(run, x, lambda row, z, *_: -run.log_likelihood(row, z)))
    joint = lambda row, z, m, s: log_normal(z, m, s) - log_normal(z) - run.log_likelihood(row, z)
    elbo = under_posterior(run, x, joint)
    aggregated = aggregated_divergence(run, x)
    information = {"value": kl - aggregated, "error": information_error(run, x)}
    annealed = evenly(len(x), 32)
    evidence = log_evidence(run, x[annealed])
    bounds = weighted_bounds(run, x[annealed], 1000, 200, random)
    gap = drawn(*bounds)
    return {
        "loss": {
            "negative ELBO": {**loss, "value": loss["value"] + kl},
            "reconstruction −log p(x|z)": loss,
            "KL(q(z|x) ‖ p(z))": {"value": kl},
        },
        "likelihood": {
            "importance-weighted bound": drawn(*weighted_bounds(run, x, 100, 2000, random)),
            "negative ELBO, mean of 100 codes": drawn(*elbo, draws=100),
            "annealed importance sampling": {"value": -evidence.mean(), "errorOf": "itself"},
            "annealing − importance weights": {
                "value": evidence.mean() + gap["value"],
                "error": gap["error"],
                "errorOf": "annealed importance sampling",
            },
        },
        "representation": {
            "active units": {"value": int(np.sum(run.posterior(x)[0].var(axis=0, ddof=1) > 0.01))},
            "KL(q(z|x) ‖ p(z)), of these examples": {"value": kl},
            "mutual information of x and z under q": information,
            "KL(q(z) ‖ p(z)) of the aggregated posterior": {**information, "value": aggregated},
        },
    }


def small_split(run):
    """With free bits a dimension's mean KL over the split counts, where it is above what is free."""
    means = kl_by_dimension(*run.posterior(run.test)).mean(axis=0)
    free = np.maximum(means, run.options["freeBits"]).sum()
    return {"objective less reconstruction": {"value": free}}


def discrepancy(run):
    """Of a WAE: squared MMD of the codes of the split and as many draws of the prior."""
    codes, random = run.posterior(run.test)[0], np.random.default_rng(2)
    count, latent = codes.shape

    def kernel(a, b):
        squared = ((a[:, None] - b[None]) ** 2).sum(axis=-1)
        scales = 2 * latent * np.array([0.1, 0.2, 0.5, 1, 2, 5, 10])
        return sum(c / (c + squared) for c in scales)

    within = lambda a: (kernel(a, a).sum() - np.trace(kernel(a, a))) / (count * (count - 1))
    of_codes, found = within(codes), []
    for _ in range(2000):
        prior = random.normal(size=codes.shape)
        found.append(of_codes + within(prior) - 2 * kernel(codes, prior).mean())
    loss = -run.log_likelihood(run.test, codes).mean()
    value, error, weight = np.mean(found), np.std(found), run.options["lambda"]
    return {
        "discrepancy": {"value": value, "error": error},
        "weighted objective": {"value": loss + weight * value, "error": weight * error},
    }
