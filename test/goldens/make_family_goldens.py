"""PyTorch float64 goldens of the family's losses, from dae to wae; the adversarial ones have a maker of
their own. README.md says what each file holds.

    python make_family_goldens.py
"""

import math

import torch
import torch.distributions as dist
import torch.nn.functional as F

from family import (
    ACTIVATIONS,
    B,
    BERNOULLI,
    CLASSES,
    D,
    H,
    L,
    SIGMA_1,
    case,
    dense,
    examples,
    mlp,
    mlp_parameters,
    one_hot,
    reconstruction,
    tied_decoder,
    uniform,
    write,
)
from make_goldens import generator, normal

LABELS = [0, 2, 1, 2, 0]


def coder_parameters(rng, codes=L, tied=False, conditions=0):
    encoder = mlp_parameters("encoder", [D + conditions, H, codes], rng)
    return encoder | mlp_parameters("decoder", [L + conditions, H, D], rng, weights=not tied)


# --- denoising ------------------------------------------------------------------------------


def masked(x, u, p):
    return torch.where(u < p, torch.zeros_like(x), x)


def noisy(x, epsilon, sigma):
    return x + sigma * epsilon


def salted(x, u, p):
    return torch.where(u < p / 2, torch.ones_like(x), masked(x, u, p))


def swapped(x, u, p):
    """Where u < p, the value of the row that u / p chooses among the others."""
    out = x.clone()
    for i in range(len(x)):
        for j in range(x.shape[1]):
            if u[i, j] < p:
                further = 1 + math.floor(u[i, j].item() / p * (len(x) - 1))
                out[i, j] = x[(i + further) % len(x), j]
    return out


# kind and strength, the function, the draw, and by what number of edges u decides
CORRUPTIONS = {
    "masking:0.3": (masked, 0.3, 10),
    "gaussian:0.4": (noisy, 0.4, None),
    "salt-pepper:0.3": (salted, 0.3, 20),
    "swap:0.5": (swapped, 0.5, 8),
}


def corruption_draw(name, shape, rng):
    edges = CORRUPTIONS[name][2]
    if edges is None:
        return "corruption normal", normal(shape, rng)
    return "corruption uniform", uniform(shape, rng, edges)


def dae_case(corruption, likelihood, seed):
    rng = generator(seed)
    parameters, x = coder_parameters(rng), examples(rng)
    stream, draw = corruption_draw(corruption, (B, D), rng)
    corrupt, strength, _ = CORRUPTIONS[corruption]

    def loss(p):
        z = mlp(p, "encoder", corrupt(x, draw, strength), "tanh")
        term = reconstruction(likelihood, p, mlp(p, "decoder", z, "tanh"), x)
        return {"reconstruction": term}, term.mean()

    options = {"hidden": [H], "latent": L, "activation": "tanh", "corruption": corruption}
    options["likelihood"] = likelihood["name"]
    return case("dae", options, parameters, x, {stream: draw}, {"": (None, loss)})


# --- tied and linear ------------------------------------------------------------------------


def tied_case(seed):
    rng = generator(seed)
    parameters, x = coder_parameters(rng, tied=True), examples(rng)

    def loss(p):
        z = torch.sigmoid(mlp(p, "encoder", x, "softplus"))
        term = reconstruction(BERNOULLI, p, tied_decoder(p, z, "softplus"), x)
        return {"reconstruction": term}, term.mean()

    options = {"hidden": [H], "latent": L, "activation": "softplus", "codeActivation": "sigmoid"}
    return case("ae", {**options, "tied": True}, parameters, x, {}, {"": (None, loss)})


def linear_case(seed):
    rng = generator(seed)
    parameters = mlp_parameters("encoder", [D, L], rng) | mlp_parameters("decoder", [L, D], rng)
    x = examples(rng)

    def loss(p):
        output = dense(p, "decoder.0", dense(p, "encoder.0", x))
        term = reconstruction(SIGMA_1, p, output, x)
        return {"reconstruction": term}, term.mean()

    return case("linear-ae", {"latent": L}, parameters, x, {}, {"": (None, loss)})


# --- contraction ----------------------------------------------------------------------------


def jacobian_norm(h, x):
    """‖∂h/∂x‖²_F of each example by reverse passes that can be differentiated again, [B]."""
    rows = [torch.autograd.grad(h[:, l].sum(), x, create_graph=True)[0] for l in range(h.shape[1])]
    return sum(row.square().sum(1) for row in rows)


def projected_norm(h, x, draws):
    products = [torch.autograd.grad((h * v).sum(), x, create_graph=True)[0] for v in draws]
    return sum(product.square().sum(1) for product in products) / len(draws)


def cae_case(seed, hidden, activation, code, tied, projections=0, weight=0.3):
    """The penalty is always by differentiating the code, also where ours has a closed form."""
    rng = generator(seed)
    layers = 1 + len(hidden)
    parameters = mlp_parameters("encoder", [D, *hidden, L], rng)
    parameters |= mlp_parameters("decoder", [L, *hidden, D], rng, weights=not tied)
    data = examples(rng)
    draws = [normal((B, L), rng) for _ in range(projections)]

    def loss(p):
        x = data.clone().requires_grad_(True)
        h = ACTIVATIONS[code](mlp(p, "encoder", x, activation, layers))
        norm = projected_norm(h, x, draws) if projections else jacobian_norm(h, x)
        output = (
            tied_decoder(p, h, activation, layers)
            if tied
            else mlp(p, "decoder", h, activation, layers)
        )
        term = reconstruction(BERNOULLI, p, output, data)
        return {"reconstruction": term, "contraction": norm}, (term + weight * norm).mean()

    options = {"hidden": hidden, "latent": L, "activation": activation, "codeActivation": code}
    options |= {"tied": tied, "lambda": weight}
    options["contraction"] = f"projections:{projections}" if projections else "exact"
    noise = {f"projection {k} normal": v for k, v in enumerate(draws)}
    return case("cae", options, parameters, data, noise, {"": (None, loss)})


def scae_case(seed, sigma=0.3, weight=2.0):
    rng = generator(seed)
    parameters, x, epsilon = coder_parameters(rng), examples(rng), normal((B, D), rng)

    def loss(p):
        code = lambda v: torch.tanh(mlp(p, "encoder", v, "silu"))
        h = code(x)
        term = reconstruction(BERNOULLI, p, mlp(p, "decoder", h, "silu"), x)
        distance = (h - code(x + sigma * epsilon)).square().sum(1)
        return {"reconstruction": term, "contraction": distance}, (term + weight * distance).mean()

    options = {"hidden": [H], "latent": L, "activation": "silu", "codeActivation": "tanh"}
    options |= {"tied": False, "lambda": weight, "sigma": sigma}
    return case("scae", options, parameters, x, {"contraction normal": epsilon}, {"": (None, loss)})


# --- layer by layer -------------------------------------------------------------------------


def stacked_case(seed, model, finetune, likelihood, activations, corruptions):
    """Three layers: the inputs of the second and third are codes, a probability after a sigmoid only."""
    rng = generator(seed)
    widths, count = [D, H, H - 1, L], 3
    parameters = mlp_parameters("encoder", widths, rng)
    parameters |= mlp_parameters("decoder", widths[::-1], rng)
    if likelihood.get("sigma") == "global":
        parameters["likelihood.logSigma"] = torch.tensor(-0.3, dtype=torch.float64)
    if finetune == "labels":
        parameters |= {
            "classifier.weight": normal((L, CLASSES), rng, 0.6),
            "classifier.bias": normal((CLASSES,), rng, 0.2),
        }
    x, labels = examples(rng), one_hot(LABELS, CLASSES)
    noise, spoils = {}, [lambda v: v] * count
    for i, name in enumerate(corruptions):
        corrupt, strength, _ = CORRUPTIONS[name]
        stream, draw = corruption_draw(name, (B, widths[i]), rng)
        noise[f"layer {i + 1} {stream}"] = draw
        spoils[i] = lambda v, f=corrupt, s=strength, d=draw: f(v, d, s)
    if corruptions:
        corrupt, strength, _ = CORRUPTIONS[corruptions[0]]
        stream, draw = corruption_draw(corruptions[0], (B, D), rng)
        noise[f"fine-tuning {stream}"] = draw
        spoil_whole = lambda v: corrupt(v, draw, strength)
    else:
        spoil_whole = lambda v: v

    def layer(p, name, i, v):
        v = dense(p, f"{name}.{i}", v)
        order = activations if name == "encoder" else activations[::-1]
        return ACTIVATIONS[order[i]](v) if i < count - 1 else v

    def through(p, name, v, layers=count):
        for i in range(layers):
            v = layer(p, name, i, v)
        return v

    def pretraining(i):
        def loss(p):
            below = through(p, "encoder", x, i)
            code = layer(p, "encoder", i, spoils[i](below))
            output = code @ p[f"encoder.{i}.weight"].T + p[f"decoder.{count - 1 - i}.bias"]
            if i == 0:
                of = likelihood
            else:
                of = BERNOULLI if activations[i - 1] == "sigmoid" else SIGMA_1
            term = reconstruction(of, p, output, below)
            return {"reconstruction": term}, term.mean()

        return loss

    def finetuning(p):
        if finetune == "labels":
            logits = dense(p, "classifier", through(p, "encoder", x))
            target = torch.tensor(LABELS)
            entropy = F.cross_entropy(logits, target, reduction="none")
            right = (logits.argmax(1) == target).double()
            return {"cross-entropy of labels": entropy, "accuracy": right}, entropy.mean()
        z = through(p, "encoder", spoil_whole(x))
        term = reconstruction(likelihood, p, through(p, "decoder", z), x)
        return {"reconstruction": term}, term.mean()

    losses = {}
    for i in range(count):
        prefixes = [f"encoder.{i}", f"decoder.{count - 1 - i}.bias"]
        prefixes += ["likelihood"] if i == 0 else []
        losses[f"layer {i + 1}"] = (prefixes, pretraining(i))
    prefixes = ["encoder", "classifier"] if finetune == "labels" else None
    losses["fine-tuning"] = (prefixes, finetuning)
    options = {"hidden": widths[1:-1], "latent": L, "activation": activations}
    options |= {"finetune": finetune, "pretrainEpochs": 1}
    sigma = likelihood.get("sigma")
    options["likelihood"] = "bernoulli" if sigma is None else f"gaussian:{sigma}"
    if corruptions:
        options["corruption"] = corruptions
    more = {"labels": labels} if finetune == "labels" else {}
    return case(model, options, parameters, x, noise, losses, **more)


# --- variational ----------------------------------------------------------------------------


def conditioned(v, labels):
    return v if labels is None else torch.cat([v, labels], dim=1)


def vae_parameters(rng, codes, labels):
    return coder_parameters(rng, codes, conditions=0 if labels is None else CLASSES)


def gaussian_posterior(encoded):
    mu, log_var = encoded.chunk(2, dim=1)
    return dist.Normal(mu, torch.exp(0.5 * log_var), validate_args=False)


def standard(like):
    return dist.Normal(torch.zeros_like(like), torch.ones_like(like), validate_args=False)


def vae_case(seed, model="vae", labels=None, beta=1.0, free_bits=0.0):
    """KL by torch.distributions; free bits bound what each dimension has on average over the batch."""
    rng = generator(seed)
    parameters, x, epsilon = vae_parameters(rng, 2 * L, labels), examples(rng), normal((B, L), rng)

    def loss(p):
        q = gaussian_posterior(mlp(p, "encoder", conditioned(x, labels), "tanh"))
        z = q.loc + q.scale * epsilon
        term = reconstruction(BERNOULLI, p, mlp(p, "decoder", conditioned(z, labels), "tanh"), x)
        kl = dist.kl_divergence(q, standard(z))
        per_dimension = kl.mean(0)
        if free_bits and not per_dimension.min() < free_bits < per_dimension.max():
            raise ValueError(f"free bits must act on some dimensions only: {per_dimension}")
        minimized = torch.clamp(per_dimension, min=free_bits).sum()
        return {"reconstruction": term, "kl": kl.sum(1)}, term.mean() + beta * minimized

    options = {"hidden": [H], "latent": L, "activation": "tanh", "beta": beta}
    options["freeBits"] = free_bits
    return case(
        model, options, parameters, x, {"epsilon normal": epsilon}, {"": (None, loss)}, labels
    )


def binary_case(seed, temperature, training, free_bits=0.0):
    """Binary codes: while training, samples of the binary Concrete; else 0 or 1, with no gradient."""
    rng = generator(seed)
    parameters, x, u = coder_parameters(rng), examples(rng), uniform((B, L), rng)

    def loss(p):
        logits = mlp(p, "encoder", x, "tanh")
        perturbed = logits + torch.logit(u)
        if perturbed.abs().min() < 1e-3:
            raise ValueError("a sample on its threshold; take another seed")
        z = torch.sigmoid(perturbed / temperature) if training else (perturbed > 0).double()
        term = reconstruction(BERNOULLI, p, mlp(p, "decoder", z, "tanh"), x)
        prior = dist.Bernoulli(torch.full_like(logits, 0.5))
        kl = dist.kl_divergence(dist.Bernoulli(logits=logits), prior)
        minimized = torch.clamp(kl.mean(0), min=free_bits).sum()
        return {"reconstruction": term, "kl": kl.sum(1)}, term.mean() + minimized

    options = {"hidden": [H], "latent": L, "activation": "tanh", "prior": "bernoulli"}
    options |= {"temperature": temperature, "freeBits": free_bits}
    noise = {"epsilon uniform": u}
    more = {} if training else {"config": {"training": False}}
    return case("vae", options, parameters, x, noise, {"": (None, loss)}, **more)


def iwae_case(seed, k, model="vae", labels=None, likelihood=BERNOULLI):
    """Draw after draw, its weight by the densities of torch.distributions."""
    rng = generator(seed)
    parameters, x = vae_parameters(rng, 2 * L, labels), examples(rng)
    epsilon = normal((k * B, L), rng)

    def loss(p):
        q = gaussian_posterior(mlp(p, "encoder", conditioned(x, labels), "tanh"))
        likelihoods, weights = [], []
        for draw in epsilon.split(B):
            z = q.loc + q.scale * draw
            output = mlp(p, "decoder", conditioned(z, labels), "tanh")
            likelihoods.append(-reconstruction(likelihood, p, output, x))
            prior, posterior = standard(z).log_prob(z).sum(1), q.log_prob(z).sum(1)
            weights.append(likelihoods[-1] + prior - posterior)
        bound = -(torch.logsumexp(torch.stack(weights), dim=0) - math.log(k))
        terms = {
            "importance-weighted bound": bound,
            "reconstruction": -torch.stack(likelihoods).mean(0),
            "kl": dist.kl_divergence(q, standard(q.loc)).sum(1),
        }
        return terms, bound.mean()

    options = {"hidden": [H], "latent": L, "activation": "tanh", "importanceSamples": k}
    options["likelihood"] = likelihood["name"]
    return case(
        model, options, parameters, x, {"epsilon normal": epsilon}, {"": (None, loss)}, labels
    )


# --- maximum mean discrepancy ---------------------------------------------------------------


def squared_mmd(codes, drawn):
    """The unbiased estimate, pair by pair, with a sum of inverse multiquadratic kernels."""
    base = 2.0 * codes.shape[1]

    def kernel(a, b):
        squared = (a - b).square().sum()
        return sum(s * base / (s * base + squared) for s in (0.1, 0.2, 0.5, 1, 2, 5, 10))

    def within(v):
        n = len(v)
        pairs = [kernel(v[i], v[j]) for i in range(n) for j in range(n) if i != j]
        return sum(pairs) / (n * (n - 1))

    between = sum(kernel(a, b) for a in codes for b in drawn) / (len(codes) * len(drawn))
    return within(codes) + within(drawn) - 2 * between


def wae_case(seed, weight=20.0):
    rng = generator(seed)
    parameters, x, drawn = coder_parameters(rng), examples(rng), normal((B, L), rng)

    def loss(p):
        z = mlp(p, "encoder", x, "elu")
        term = reconstruction(SIGMA_1, p, mlp(p, "decoder", z, "elu"), x)
        discrepancy = squared_mmd(z, drawn)
        terms = {"reconstruction": term, "discrepancy": discrepancy}
        return terms, term.mean() + weight * discrepancy

    options = {"hidden": [H], "latent": L, "activation": "elu", "lambda": weight}
    options["likelihood"] = "gaussian"
    return case("wae", options, parameters, x, {"prior normal": drawn}, {"": (None, loss)})


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    labels = one_hot(LABELS, CLASSES)
    sigmoids, mixed = ["sigmoid", "sigmoid"], ["tanh", "sigmoid"]
    learned = {"name": "gaussian", "sigma": "global"}
    goldens = {
        "dae-masking": dae_case("masking:0.3", BERNOULLI, 401),
        "dae-gaussian": dae_case("gaussian:0.4", SIGMA_1, 402),
        "dae-salt-pepper": dae_case("salt-pepper:0.3", BERNOULLI, 403),
        "dae-swap": dae_case("swap:0.5", SIGMA_1, 404),
        "ae-tied": tied_case(411),
        "linear-ae": linear_case(412),
        "cae-one-layer": cae_case(421, [], "relu", "sigmoid", tied=True),
        "cae-one-layer-untied": cae_case(422, [], "relu", "softplus", tied=False),
        "cae-deep": cae_case(423, [H], "tanh", "sigmoid", tied=False),
        "cae-deep-tied": cae_case(424, [H], "gelu", "linear", tied=True),
        "cae-projections": cae_case(425, [H], "silu", "tanh", tied=False, projections=2),
        "scae": scae_case(426),
        "stacked-ae": stacked_case(431, "stacked-ae", "reconstruction", BERNOULLI, sigmoids, []),
        "stacked-ae-labels": stacked_case(432, "stacked-ae", "labels", learned, mixed, []),
        "stacked-dae": stacked_case(
            433,
            "stacked-dae",
            "reconstruction",
            BERNOULLI,
            mixed,
            ["masking:0.3", "gaussian:0.4", "salt-pepper:0.3"],
        ),
        "vae-free-bits": vae_case(441, beta=0.5, free_bits=0.17),
        "vae-binary": binary_case(442, 0.7, training=True),
        "vae-binary-hard": binary_case(443, 0.7, training=False),
        "iwae-1": iwae_case(451, 1),
        "iwae-5": iwae_case(452, 5, likelihood=SIGMA_1),
        "cvae": vae_case(461, "cvae", labels),
        "cvae-iwae-5": iwae_case(462, 5, "cvae", labels),
        "wae": wae_case(471),
    }
    for name, golden in goldens.items():
        write(name, golden)


if __name__ == "__main__":
    main()
