"""What the dense PyTorch peers share."""

from torch import nn


def mlp(shapes):
    """Dense layers of (inputs, outputs), with ReLU between them."""
    layers = []
    for rows, columns in shapes:
        layers += [nn.Linear(rows, columns), nn.ReLU()]  # Linear starts at ±1/sqrt(rows)
    return nn.Sequential(*layers[:-1])
