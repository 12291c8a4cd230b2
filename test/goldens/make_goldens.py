"""PyTorch float64 goldens for the TypeScript tests; README.md says what each file holds.

    python make_goldens.py

Inputs are rounded to a few decimals to keep the files small. Results are written as the shortest
decimal (at most 17 significant digits) that reads back as the same float64.
"""

import json
import math
import platform
from pathlib import Path

import torch
import torch.nn.functional as F

FOLDER = Path(__file__).resolve().parent
VERSIONS = {"torch": torch.__version__, "python": platform.python_version()}

B, D, L, WIDTHS, LEVELS = 5, 12, 3, [9, 7], 4
LOG_VAR_BOUNDS = (-30.0, 20.0)
SIGMA_FLOOR = 1e-3
KINKED = ("relu", "leakyRelu", "elu")
STEPS = 10

ACTIVATIONS = {
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "elu": lambda a: F.elu(a, alpha=1.0),
    # PyTorch's default threshold of 20 drops a term of 2e-9, which a 1e-9 test could see.
    "softplus": lambda a: F.softplus(a, threshold=50),
    "leakyRelu": lambda a: F.leaky_relu(a, 0.01),
    "gelu": lambda a: F.gelu(a, approximate="none"),
    "silu": F.silu,
}

BERNOULLI = {"name": "bernoulli"}
CATEGORICAL = {"name": "categorical", "levels": LEVELS}


def gaussian(sigma):
    return {"name": "gaussian", "sigma": sigma}


# file name, model, likelihood, activation, beta, seed, what is pushed outside its bound
CASES = [
    ("ae-bernoulli", "ae", BERNOULLI, "relu", None, 101, None),
    ("ae-gaussian-sigma-1", "ae", gaussian(1.0), "tanh", None, 102, None),
    ("ae-gaussian-sigma-0.3", "ae", gaussian(0.3), "sigmoid", None, 103, None),
    ("ae-gaussian-global", "ae", gaussian("global"), "elu", None, 104, None),
    ("ae-gaussian-per-dimension", "ae", gaussian("perDimension"), "softplus", None, 105, None),
    ("ae-categorical", "ae", CATEGORICAL, "leakyRelu", None, 106, None),
    ("ae-gaussian-sigma-floor", "ae", gaussian("perDimension"), "silu", None, 107, "logSigma"),
    ("vae-bernoulli", "vae", BERNOULLI, "gelu", 1.0, 201, None),
    ("vae-gaussian-sigma-1", "vae", gaussian(1.0), "silu", 1.0, 202, None),
    ("vae-gaussian-sigma-0.3", "vae", gaussian(0.3), "relu", 0.5, 203, None),
    ("vae-gaussian-global", "vae", gaussian("global"), "softplus", 1.0, 204, None),
    ("vae-gaussian-per-dimension", "vae", gaussian("perDimension"), "tanh", 1.0, 205, None),
    ("vae-categorical", "vae", CATEGORICAL, "elu", 1.0, 206, None),
    ("vae-log-var-upper", "vae", BERNOULLI, "sigmoid", 1.0, 207, "logVarUpper"),
    ("vae-log-var-lower", "vae", BERNOULLI, "sigmoid", 1.0, 208, "logVarLower"),
]


# --- inputs ---------------------------------------------------------------------------------


def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(shape, rng, scale=1.0, decimals=5):
    return torch.round(
        torch.randn(shape, generator=rng, dtype=torch.float64) * scale, decimals=decimals
    )


def grey_batch(rng):
    """[B, D] in [0, 1]; holds exact 0, 1 and level edges, which classes must put right."""
    x = torch.round(torch.rand(B, D, generator=rng, dtype=torch.float64), decimals=4)
    for column, value in enumerate([0.0, 1.0, 0.25, 0.5, 0.75]):
        x[column % B, column] = value
    return x


def dense_parameters(name, widths, rng):
    parameters = {}
    for i, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        parameters[f"{name}.{i}.weight"] = normal((fan_in, fan_out), rng, fan_in**-0.5)
        parameters[f"{name}.{i}.bias"] = normal((fan_out,), rng, 0.2)
    return parameters


def make_parameters(config, rng):
    codes = L if config["model"] == "ae" else 2 * L
    likelihood = config["likelihood"]
    outputs = D * likelihood.get("levels", 1)
    parameters = dense_parameters("encoder", [D, *WIDTHS, codes], rng)
    parameters |= dense_parameters("decoder", [L, *reversed(WIDTHS), outputs], rng)
    if likelihood.get("sigma") == "global":
        parameters["likelihood.logSigma"] = torch.tensor(-0.7, dtype=torch.float64)
    elif likelihood.get("sigma") == "perDimension":
        parameters["likelihood.logSigma"] = torch.round(
            normal((D,), rng, 0.4) - 0.5, decimals=5
        )
    return parameters


# --- model ----------------------------------------------------------------------------------


def mlp(name, parameters, x, activation):
    """Dense layers, the last one linear. Refuses a batch that sits on an activation's kink."""
    count = sum(1 for key in parameters if key.startswith(name) and key.endswith("weight"))
    for i in range(count):
        x = x @ parameters[f"{name}.{i}.weight"] + parameters[f"{name}.{i}.bias"]
        if i < count - 1:
            if activation in KINKED and x.abs().min() < 1e-4:
                raise ValueError(f"{name}.{i}: a pre-activation on the kink; take another seed")
            x = ACTIVATIONS[activation](x)
    return x


def log_prob(likelihood, parameters, output, x):
    """log p(x | output) per example, in nats, with its constants: [B]."""
    if likelihood["name"] == "bernoulli":
        return (x * output - F.softplus(output, threshold=50)).sum(1)
    if likelihood["name"] == "categorical":
        log_softmax = F.log_softmax(output.view(len(x), D, LEVELS), dim=2)
        level = torch.clamp(torch.floor(x * LEVELS).long(), max=LEVELS - 1)
        return log_softmax.gather(2, level[:, :, None]).squeeze(2).sum(1)
    if isinstance(likelihood["sigma"], str):
        log_sigma = parameters["likelihood.logSigma"].clamp(min=math.log(SIGMA_FLOOR))
    else:
        log_sigma = torch.tensor(likelihood["sigma"], dtype=torch.float64).log()
    scaled = (x - output) / log_sigma.exp()
    return (-0.5 * scaled**2 - log_sigma - 0.5 * math.log(2 * math.pi)).sum(1)


def loss_terms(config, parameters, x, epsilon):
    """Named terms, [B] each, and the raw log-variances [B, L] of a VAE before they are bounded."""
    activation = config["activation"]
    code = mlp("encoder", parameters, x, activation)
    terms, raw = {}, None
    if config["model"] == "vae":
        mu, raw = code[:, :L], code[:, L:]
        log_var = raw.clamp(*LOG_VAR_BOUNDS)
        code = mu + torch.exp(0.5 * log_var) * epsilon
        terms["kl"] = 0.5 * (mu**2 + log_var.exp() - log_var - 1).sum(1)
    output = mlp("decoder", parameters, code, activation)
    reconstruction = -log_prob(config["likelihood"], parameters, output, x)
    return {"reconstruction": reconstruction, **terms}, raw


def objective_of(config, terms):
    beta = config.get("beta", 0.0)
    return (terms["reconstruction"] + beta * terms.get("kl", 0.0)).mean()


def push_log_var_outside(config, parameters, x, epsilon, bound):
    """The first code's log-variance straddles the bound over the batch; the others stay inside.

    One bound a case: the e^20 of the upper one would drown every gradient at the lower one.
    """
    weight, bias = parameters["encoder.2.weight"], parameters["encoder.2.bias"]
    weight[:, L] *= 60
    raw = mlp("encoder", parameters, x, config["activation"])[:, L]
    bias[L] = torch.round(bias[L] + bound - raw.mean(), decimals=5)
    if bound > 0:
        # A standard deviation of e^10 would throw z so far that the decoder saturates.
        epsilon[:, 0] *= 1e-4


def push_log_sigma_outside(parameters):
    parameters["likelihood.logSigma"][[1, 6]] = torch.tensor([-8.5, -7.25], dtype=torch.float64)


# --- goldens --------------------------------------------------------------------------------


def check_bounds(name, outside, parameters, raw):
    """A case meets a bound where it says so, on both sides of it, and nowhere else."""
    counts = {"logVarLower": 0, "logVarUpper": 0, "logSigma": 0}
    if raw is not None:
        counts["logVarLower"] = int((raw < LOG_VAR_BOUNDS[0]).sum())
        counts["logVarUpper"] = int((raw > LOG_VAR_BOUNDS[1]).sum())
    if "likelihood.logSigma" in parameters:
        below = parameters["likelihood.logSigma"] < math.log(SIGMA_FLOOR)
        counts["logSigma"] = int(below.sum())
    for bound, count in counts.items():
        if not (0 < count < B if bound == outside else count == 0):
            raise ValueError(f"{name}: {count} entries outside the bound {bound}")


def case_inputs(model, likelihood, activation, beta, seed):
    rng = generator(seed)
    config = {"model": model, "likelihood": likelihood, "activation": activation}
    config |= {"batch": B, "dimension": D, "hidden": WIDTHS, "latent": L}
    if beta is not None:
        config["beta"] = beta
    parameters = make_parameters(config, rng)
    epsilon = normal((B, L), rng) if model == "vae" else None
    return config, parameters, grey_batch(rng), epsilon, rng


def model_case(name, model, likelihood, activation, beta, seed, outside):
    config, parameters, x, epsilon, _ = case_inputs(model, likelihood, activation, beta, seed)
    if outside == "logVarLower":
        push_log_var_outside(config, parameters, x, epsilon, LOG_VAR_BOUNDS[0])
    elif outside == "logVarUpper":
        push_log_var_outside(config, parameters, x, epsilon, LOG_VAR_BOUNDS[1])
    elif outside == "logSigma":
        push_log_sigma_outside(parameters)
    for parameter in parameters.values():
        parameter.requires_grad_(True)
    terms, raw = loss_terms(config, parameters, x, epsilon)
    objective = objective_of(config, terms)
    gradients = torch.autograd.grad(objective, list(parameters.values()))
    check_bounds(name, outside, parameters, raw)
    return {
        "versions": VERSIONS,
        "config": config,
        "parameters": parameters,
        "x": x,
        **({} if epsilon is None else {"epsilon": epsilon}),
        "terms": terms,
        "objective": objective.item(),
        "gradients": dict(zip(parameters, gradients)),
    }


def adam(cls=torch.optim.Adam, **options):
    options = {"betas": [0.9, 0.999], "eps": 1e-8, "weightDecay": 0.0, **options}
    return {"name": "adamw" if cls is torch.optim.AdamW else "adam", **options}


def sgd(**options):
    return {"name": "sgd", "momentum": 0.0, "nesterov": False, "weightDecay": 0.0, **options}


OPTIMISERS = {
    "sgd": sgd(),
    "sgd-momentum": sgd(momentum=0.9),
    "sgd-nesterov": sgd(momentum=0.9, nesterov=True),
    "sgd-momentum-decay": sgd(momentum=0.9, weightDecay=0.01),
    "adam": adam(),
    "adam-decay": adam(weightDecay=0.01),
    "adamw": adam(torch.optim.AdamW, weightDecay=0.01),
    "adam-eps": adam(betas=[0.8, 0.99], eps=1e-4),
    "adam-clipped": adam(clipNorm=0.5),
}


def torch_optimiser(options, parameters, lr):
    decay = options["weightDecay"]
    if options["name"] == "sgd":
        return torch.optim.SGD(
            parameters, lr, options["momentum"], weight_decay=decay, nesterov=options["nesterov"]
        )
    cls = torch.optim.AdamW if options["name"] == "adamw" else torch.optim.Adam
    betas = tuple(options["betas"])
    return cls(parameters, lr, betas, options["eps"], weight_decay=decay, foreach=False)


def run_optimiser(options, initial, gradients, learning_rates):
    """The parameters after each step; where gradients are clipped, also their norms before that."""
    parameters = {name: value.clone().requires_grad_(True) for name, value in initial.items()}
    optimiser = torch_optimiser(options, list(parameters.values()), learning_rates[0])
    after, norms = [], []
    for step, lr in enumerate(learning_rates):
        optimiser.param_groups[0]["lr"] = lr
        for name, parameter in parameters.items():
            parameter.grad = gradients[step][name].clone()
        if "clipNorm" in options:
            norm = torch.nn.utils.clip_grad_norm_(parameters.values(), options["clipNorm"])
            norms.append(norm.item())
        optimiser.step()
        after.append({name: value.detach().clone() for name, value in parameters.items()})
    return {"options": options, **({"gradientNorms": norms} if norms else {}), "after": after}


def optimiser_case():
    rng = generator(301)
    initial = {"weight": normal((4, 3), rng, 0.5), "bias": normal((3,), rng, 0.2)}
    gradients = []
    for step in range(STEPS):
        scale = [0.05, 1.0][step % 2]  # the norm falls on both sides of the clipping threshold
        gradients.append({k: normal(v.shape, rng, scale) for k, v in initial.items()})
        gradients[step]["weight"][1, 2] = 0.0  # never a gradient: only weight decay may move it
    for step in range(3):
        gradients[step]["bias"][0] = 0.0  # moments still zero when step 3 arrives
    warm_up = [min(1.0, (step + 1) / 3) for step in range(STEPS)]
    cosine = [0.5 * (1 + math.cos(math.pi * step / STEPS)) for step in range(STEPS)]
    learning_rates = [round(0.05 * w * c, 6) for w, c in zip(warm_up, cosine)]
    runs = {
        name: run_optimiser(options, initial, gradients, learning_rates)
        for name, options in OPTIMISERS.items()
    }
    norms = runs["adam-clipped"]["gradientNorms"]
    if not min(norms) < 0.5 < max(norms):
        raise ValueError(f"clipping must act at some steps and not at others: {norms}")
    return {
        "versions": VERSIONS,
        "learningRates": learning_rates,
        "initial": initial,
        "gradients": gradients,
        "runs": runs,
    }


def training_case():
    """The case vae-bernoulli, trained: its parameters, then a new batch and noise each step."""
    _, model, likelihood, activation, beta, seed, _ = next(
        case for case in CASES if case[0] == "vae-bernoulli"
    )
    config, initial, _, _, rng = case_inputs(model, likelihood, activation, beta, seed)
    parameters = {name: value.clone().requires_grad_(True) for name, value in initial.items()}
    lr, options = 1e-2, adam()
    optimiser = torch_optimiser(options, list(parameters.values()), lr)
    steps = []
    for _ in range(STEPS):
        x, epsilon = grey_batch(rng), normal((B, L), rng)
        optimiser.zero_grad()
        terms, _ = loss_terms(config, parameters, x, epsilon)
        objective = objective_of(config, terms)
        objective.backward()
        optimiser.step()
        steps.append({"x": x, "epsilon": epsilon, "terms": terms, "objective": objective.item()})
    return {
        "versions": VERSIONS,
        "config": config,
        "optimiser": {**options, "learningRate": lr},
        "initial": initial,
        "steps": steps,
        "final": parameters,
    }


# --- writing --------------------------------------------------------------------------------


def as_json(value, indent=""):
    """Objects one key a line; a tensor, as {"shape", "data"}, on a line of its own."""
    if isinstance(value, torch.Tensor):
        flat = value.detach().reshape(-1).tolist()
        return json.dumps({"shape": list(value.shape), "data": flat}, separators=(",", ":"))
    deeper = indent + " "
    if isinstance(value, dict) and value:
        rows = [f"{deeper}{json.dumps(k)}: {as_json(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + as_json(v, deeper) for v in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def write(name, golden, folder=FOLDER):
    path = folder / f"{name}.golden.json"
    path.write_text(as_json(golden) + "\n", encoding="utf-8")
    print(f"{path.name} {path.stat().st_size} bytes")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for case in CASES:
        write(case[0], model_case(*case))
    write("optimisers", optimiser_case())
    write("training-vae-bernoulli", training_case())


if __name__ == "__main__":
    main()
