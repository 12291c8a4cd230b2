"""PyTorch float64 goldens of the adversarial members: each phase by itself, and whole training steps.

    python make_adversarial_goldens.py

A step goes through its phases in their order, each on the parameters that those before it have left and
with an optimiser of its own; those of vae-gan all take their gradients at the parameters of the start.
"""

import math

import torch
import torch.distributions as dist
import torch.nn.functional as F

from family import (
    B,
    BERNOULLI,
    CLASSES,
    D,
    H,
    L,
    case,
    dense,
    examples,
    mlp,
    mlp_parameters,
    one_hot,
    reconstruction,
    refuse_kink,
    trained,
    uniform,
    write,
)
from make_goldens import adam, generator, normal, sgd, torch_optimiser

LABELS = [0, 2, 1, 2, 0]
STEPS = 3
RING_COMPONENTS = 10
DISCRIMINATOR = "critic"  # as its parameters are named in checkpoints


# --- the game -------------------------------------------------------------------------------


def discriminator_terms(real, *fakes):
    """Cross-entropy of a discriminator with logits [B, 1], per example, and its accuracy."""
    logits = torch.cat([real, *fakes], dim=1)
    if logits.abs().min() < 1e-3:
        raise ValueError("a logit on the discriminator's threshold; take another seed")
    target = torch.zeros_like(logits)
    target[:, 0] = 1
    losses = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(1)
    caught = [(fake < 0).double() for fake in fakes]
    right = 0.5 * (real > 0).double() + 0.5 * sum(caught) / len(fakes)
    return {"discriminator loss": losses, "discriminator accuracy": right.squeeze(1)}


def generator_loss(fake):
    """Cross-entropy of fakes labelled as real, per example."""
    target = torch.ones_like(fake)
    return F.binary_cross_entropy_with_logits(fake, target, reduction="none").squeeze(1)


# --- whole steps ----------------------------------------------------------------------------

OPTIMISERS = {
    "sgd": (sgd(momentum=0.9), 0.1),
    "adam": (adam(betas=[0.5, 0.999]), 0.01),
}


def in_our_words(options, lr):
    if options["name"] == "sgd":
        return {"optimizer": "sgd", "lr": lr, "momentum": options["momentum"]}
    beta1, beta2 = options["betas"]
    return {"optimizer": "adam", "lr": lr, "beta1": beta1, "beta2": beta2, "epsilon": options["eps"]}


def stepped(initial, losses, options, lr, together):
    """Parameters after some steps on one batch, by torch.optim."""
    parameters = {name: value.clone().requires_grad_(True) for name, value in initial.items()}
    moved = {
        phase: {name: parameters[name] for name in trained(parameters, prefixes)}
        for phase, (prefixes, _) in losses.items()
    }
    optimisers = {
        phase: torch_optimiser(options, list(leaves.values()), lr) for phase, leaves in moved.items()
    }

    def slopes(phase):
        _, objective = losses[phase][1](parameters)
        return torch.autograd.grad(objective, list(moved[phase].values()))

    def move(phase, found):
        for leaf, slope in zip(moved[phase].values(), found):
            leaf.grad = slope
        optimisers[phase].step()

    for _ in range(STEPS):
        if together:
            for phase, found in [(phase, slopes(phase)) for phase in losses]:
                move(phase, found)
        else:
            for phase in losses:
                move(phase, slopes(phase))
    return parameters


def steps_of(parameters, losses, together=False):
    return {
        name: {
            "count": STEPS,
            "train": in_our_words(options, lr),
            "after": stepped(parameters, losses, options, lr, together),
        }
        for name, (options, lr) in OPTIMISERS.items()
    }


# --- priors of codes ------------------------------------------------------------------------


def polar(radius, angle):
    return torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1)


def normal_draw(shape, labels, rng):
    """With labels, class k has a sector of the plane to itself."""
    epsilon = normal(shape, rng)
    if labels is None:
        return {"prior normal": epsilon}, epsilon
    u = uniform((shape[0], 1), rng)
    angle = 2 * math.pi * (torch.tensor(labels) + u.squeeze(1)) / CLASSES
    plane = polar(epsilon[:, :2].norm(dim=1), angle)
    return {"prior normal": epsilon, "prior uniform": u}, torch.cat([plane, epsilon[:, 2:]], dim=1)


def mixture_draw(shape, labels, rng):
    """Gaussians on a ring, drawn out along its radius: rotated from the one that lies to the right."""
    epsilon = normal(shape, rng)
    noise = {"prior normal": epsilon}
    components = RING_COMPONENTS if labels is None else CLASSES
    if labels is None:
        u = uniform((shape[0],), rng, RING_COMPONENTS)
        noise["prior uniform"] = u
        k = (u * components).floor()
    else:
        k = torch.tensor(labels).double()
    right = torch.stack([1.4 + 0.5 * epsilon[:, 0], 0.1 * epsilon[:, 1]], dim=1)
    angle = 2 * math.pi * k / components
    cos, sin = torch.cos(angle), torch.sin(angle)
    rotation = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    return noise, (rotation @ right[:, :, None]).squeeze(2)


def swiss_roll_draw(shape, labels, rng):
    """Two turns out to a radius of 3; with labels, class k has the k-th of equal intervals of u."""
    u = uniform((shape[0], 1), rng)
    share = u if labels is None else (torch.tensor(labels)[:, None] + u) / CLASSES
    t = share.sqrt().squeeze(1)
    return {"prior uniform": u}, polar(3 * t, 2 * math.pi * 2 * t)


PRIORS = {"normal": normal_draw, "mixture": mixture_draw, "swiss-roll": swiss_roll_draw}


# --- models ---------------------------------------------------------------------------------


def aae_case(prior, informed, seed, latent=2, steps=False):
    rng = generator(seed)
    parameters = mlp_parameters("encoder", [D, H, latent], rng)
    parameters |= mlp_parameters("decoder", [latent, H, D], rng)
    parameters |= mlp_parameters(DISCRIMINATOR, [latent + (CLASSES if informed else 0), H, 1], rng)
    x = examples(rng)
    labels = LABELS if informed else None
    noise, drawn = PRIORS[prior]((B, latent), labels, rng)

    def encoded(p):
        return mlp(p, "encoder", x, "tanh")

    def score(p, z):
        seen = torch.cat([z, one_hot(LABELS, CLASSES)], dim=1) if informed else z
        return mlp(p, DISCRIMINATOR, seen, "leaky-relu")

    def reconstruct(p):
        term = reconstruction(BERNOULLI, p, mlp(p, "decoder", encoded(p), "tanh"), x)
        return {"reconstruction": term}, term.mean()

    def discriminate(p):
        terms = discriminator_terms(score(p, drawn), score(p, encoded(p)))
        return terms, terms["discriminator loss"].mean()

    def regularize(p):
        term = generator_loss(score(p, encoded(p)))
        return {"generator loss": term}, term.mean()

    losses = {
        "reconstruct": (["encoder", "decoder"], reconstruct),
        "discriminate": ([DISCRIMINATOR], discriminate),
        "regularize": (["encoder"], regularize),
    }
    options = {"hidden": [H], "latent": latent, "activation": "tanh", "discriminatorHidden": [H]}
    options |= {"prior": prior, "labelInformed": informed}
    more = {"steps": steps_of(parameters, losses)} if steps else {}
    hot = one_hot(LABELS, CLASSES) if informed else None
    return case("aae", options, parameters, x, noise, losses, hot, **more)


PLAIN_DISCRIMINATOR = {"discriminatorActivation": "leaky-relu", "discriminatorDropout": 0, "normalization": "none"}


def gan_case(seed):
    rng = generator(seed)
    parameters = mlp_parameters("decoder", [L, H, D], rng)
    parameters |= mlp_parameters(DISCRIMINATOR, [D, H, 1], rng)
    x, z = examples(rng), normal((B, L), rng)

    def score(p, v):
        return mlp(p, DISCRIMINATOR, v, "leaky-relu")

    def generated(p):
        return torch.sigmoid(mlp(p, "decoder", z, "tanh"))

    def discriminate(p):
        terms = discriminator_terms(score(p, x), score(p, generated(p)))
        return terms, terms["discriminator loss"].mean()

    def generate(p):
        term = generator_loss(score(p, generated(p)))
        return {"generator loss": term}, term.mean()

    losses = {"discriminate": ([DISCRIMINATOR], discriminate), "generate": (["decoder"], generate)}
    options = {"hidden": [H], "latent": L, "activation": "tanh", **PLAIN_DISCRIMINATOR}
    steps = steps_of(parameters, losses)
    return case("gan", options, parameters, x, {"prior normal": z}, losses, steps=steps)


def vae_gan_case(seed, gamma=0.2, beta=0.5, count=4):
    rng = generator(seed)
    parameters = mlp_parameters("encoder", [D, H, 2 * L], rng)
    parameters |= mlp_parameters("decoder", [L, H, D], rng)
    parameters |= mlp_parameters(DISCRIMINATOR + ".features", [D, H, count], rng)
    parameters |= {DISCRIMINATOR + ".score.weight": normal((count, 1), rng), DISCRIMINATOR + ".score.bias": normal((1,), rng)}
    x, epsilon, drawn = examples(rng), normal((B, L), rng), normal((B, L), rng)

    def discriminator(p, v):
        """Features [B, F], and the logit [B, 1]."""
        features = mlp(p, DISCRIMINATOR + ".features", v, "leaky-relu")
        refuse_kink("leaky-relu", features)
        features = F.leaky_relu(features, 0.01)
        return features, dense(p, DISCRIMINATOR + ".score", features)

    def forward(p):
        mu, log_var = mlp(p, "encoder", x, "tanh").chunk(2, dim=1)
        q = dist.Normal(mu, torch.exp(0.5 * log_var))
        z = q.loc + q.scale * epsilon
        restored = mlp(p, "decoder", z, "tanh")
        invented = torch.sigmoid(mlp(p, "decoder", drawn, "tanh"))
        seen, passes = zip(*(discriminator(p, v) for v in (x, torch.sigmoid(restored), invented)))
        likeness = 0.5 * (seen[0] - seen[1]).square().sum(1)
        kl = dist.kl_divergence(q, dist.Normal(torch.zeros_like(z), torch.ones_like(z))).sum(1)
        return likeness, kl, reconstruction(BERNOULLI, p, restored, x), passes

    def encode(p):
        likeness, kl, term, _ = forward(p)
        terms = {"likeness": likeness, "kl": kl, "reconstruction": term}
        return terms, (likeness + beta * kl).mean()

    def decode(p):
        likeness, _, _, (_, fake, invented) = forward(p)
        term = generator_loss(fake) + generator_loss(invented)
        return {"generator loss": term}, (term + gamma * likeness).mean()

    def discriminate(p):
        terms = discriminator_terms(*forward(p)[3])
        return terms, terms["discriminator loss"].mean()

    losses = {
        "encode": (["encoder"], encode),
        "decode": (["decoder"], decode),
        "discriminate": ([DISCRIMINATOR], discriminate),
    }
    options = {"hidden": [H], "latent": L, "activation": "tanh", "features": count, **PLAIN_DISCRIMINATOR}
    options |= {"gamma": gamma, "beta": beta}
    noise = {"epsilon normal": epsilon, "prior normal": drawn}
    steps = steps_of(parameters, losses, together=True)
    return case("vae-gan", options, parameters, x, noise, losses, steps=steps)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    goldens = {
        "aae-normal": aae_case("normal", False, 501, latent=3, steps=True),
        "aae-normal-labels": aae_case("normal", True, 502, latent=3),
        "aae-mixture": aae_case("mixture", False, 503),
        "aae-mixture-labels": aae_case("mixture", True, 504, steps=True),
        "aae-swiss-roll": aae_case("swiss-roll", False, 505),
        "aae-swiss-roll-labels": aae_case("swiss-roll", True, 506),
        "gan": gan_case(511),
        "vae-gan": vae_gan_case(521),
    }
    for name, golden in goldens.items():
        write(name, golden)


if __name__ == "__main__":
    main()
