"""What the golden makers of the whole family share: inputs, networks, and how a case is written.

A case has one batch, its parameters and its noise, by the name of the stream and the kind of draw
("corruption uniform"). A loss is a function of the parameters that gives its terms and its objective;
losses are of the model's only objective (""), or of a stage or phase by its name.
"""

import torch
import torch.nn.functional as F

from make_goldens import ACTIVATIONS, FOLDER, VERSIONS, gaussian, log_prob, normal
from make_goldens import write as write_golden

B, D, L, H, CLASSES = 5, 8, 3, 6, 3
BERNOULLI = {"name": "bernoulli"}
SIGMA_1 = gaussian(1.0)
# The identity, as the code's activation may be, and the name that our command line has.
ACTIVATIONS = {**ACTIVATIONS, "linear": lambda a: a, "leaky-relu": ACTIVATIONS["leakyRelu"]}


# --- inputs ---------------------------------------------------------------------------------


def examples(rng):
    """[B, D] in (0, 1)."""
    return torch.round(torch.rand(B, D, generator=rng, dtype=torch.float64), decimals=4)


def uniform(shape, rng, edges=1):
    """Uniform numbers away from 0, 1 and the multiples of 1 / edges, where a choice would change.

    float32 and float64 may fall on different sides of such an edge.
    """
    u = torch.rand(shape, generator=rng, dtype=torch.float64)
    near = (u * edges - torch.round(u * edges)).abs() < 0.02
    u = torch.where(near, torch.round(u * edges) / edges + 0.05 / edges, u)
    return torch.round(u.clamp(0.01, 0.99), decimals=4)


def one_hot(labels, classes):
    return F.one_hot(torch.tensor(labels), classes).double()


def dense_parameters(name, fan_in, fan_out, rng, weight=True):
    made = {f"{name}.weight": normal((fan_in, fan_out), rng, fan_in**-0.5)} if weight else {}
    return {**made, f"{name}.bias": normal((fan_out,), rng, 0.2)}


def mlp_parameters(name, widths, rng, weights=True):
    """Parameters NAME.0.weight [in, out], NAME.0.bias, …; biases alone of a network with tied weights."""
    parameters = {}
    for i, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        parameters |= dense_parameters(f"{name}.{i}", fan_in, fan_out, rng, weights)
    return parameters


# --- networks -------------------------------------------------------------------------------


def dense(parameters, name, x):
    return x @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def mlp(parameters, name, x, activation, layers=2):
    """Dense layers, the last one linear."""
    for i in range(layers):
        x = dense(parameters, f"{name}.{i}", x)
        if i < layers - 1:
            refuse_kink(activation, x)
            x = ACTIVATIONS[activation](x)
    return x


def tied_decoder(parameters, z, activation, layers=2):
    """The decoder whose weights are the encoder's, transposed."""
    for i in range(layers):
        mirrored = parameters[f"encoder.{layers - 1 - i}.weight"]
        z = z @ mirrored.T + parameters[f"decoder.{i}.bias"]
        if i < layers - 1:
            z = ACTIVATIONS[activation](z)
    return z


def refuse_kink(activation, x):
    if activation in ("relu", "leaky-relu", "elu") and x.abs().min() < 1e-4:
        raise ValueError("a pre-activation on the kink; take another seed")


def reconstruction(likelihood, parameters, output, x):
    """-log p(x | output) of each example, [B]."""
    return -log_prob(likelihood, parameters, output, x)


# --- cases ----------------------------------------------------------------------------------


def trained(parameters, prefixes):
    """Names of the parameters that a loss moves: those that are, or begin with, one of the prefixes."""
    if prefixes is None:
        return list(parameters)
    return [n for n in parameters if any(n == p or n.startswith(f"{p}.") for p in prefixes)]


def evaluated(parameters, prefixes, loss):
    """Terms, objective and gradients of a loss at the given parameters."""
    leaves = {name: value.clone().requires_grad_(True) for name, value in parameters.items()}
    terms, objective = loss(leaves)
    names = trained(leaves, prefixes)
    slopes = torch.autograd.grad(objective, [leaves[name] for name in names], allow_unused=True)
    gradients = {
        name: torch.zeros_like(leaves[name]) if slope is None else slope
        for name, slope in zip(names, slopes)
    }
    return {"terms": terms, "objective": objective.item(), "gradients": gradients}


def case(model, options, parameters, x, noise, losses, labels=None, **more):
    """
    options: what the model is configured by, in the words of the command line.
    losses: by name, what each trains (None for everything) and its function of the parameters.
    """
    return {
        "versions": VERSIONS,
        "config": {"model": model, "options": options, **more.pop("config", {})},
        "parameters": parameters,
        "x": x,
        **({} if labels is None else {"labels": labels}),
        "noise": noise,
        "losses": {
            name: evaluated(parameters, prefixes, loss)
            for name, (prefixes, loss) in losses.items()
        },
        **more,
    }


def write(name, golden):
    folder = FOLDER / "family"
    folder.mkdir(exist_ok=True)
    write_golden(name, golden, folder)
