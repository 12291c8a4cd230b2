"""Writes networks.golden.json: the networks of src/nn as PyTorch computes them in float64.

Run with a Python that has PyTorch (2.13.0 was used): python3 test/nn/networks.golden.py

Every case holds the options of a network, its parameters and examples (rounded to two decimals), its
outputs while training and in evaluation, the running moments after the training pass, and the gradient of
sum(output ** 2) / 2 + sum(output * cos(index)) in training.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

EPSILON, MOMENTUM = 1e-5, 0.1


class Parameters:
    """Named arrays, made at random when they are first asked for."""

    def __init__(self, seed):
        self.random = torch.Generator().manual_seed(seed)
        self.trained, self.kept = {}, {}

    def draw(self, shape, spread=0.3, centre=0.0):
        values = torch.randn(shape, generator=self.random) * spread + centre
        return (values * 100).round() / 100

    def __call__(self, name, *shape, centre=0.0):
        if name not in self.trained:
            self.trained[name] = self.draw(shape, centre=centre).requires_grad_()
        return self.trained[name]

    def moments(self, name, features):
        if f'{name}.mean' not in self.kept:
            self.kept[f'{name}.mean'] = self.draw((features,))
            self.kept[f'{name}.variance'] = self.draw((features,)).abs() + 0.5
        return self.kept[f'{name}.mean'], self.kept[f'{name}.variance']


class Networks:
    def __init__(self, p, options, training):
        self.p, self.options, self.training = p, options, training

    def normalized(self, name, x):
        kind, features = self.options['normalization'], x.shape[1]
        if kind == 'none':
            return x
        scale = self.p(f'{name}.scale', features, centre=1.0)
        shift = self.p(f'{name}.shift', features)
        if kind == 'layer':
            return F.group_norm(x, 1, scale, shift, EPSILON)
        mean, variance = self.p.moments(name, features)
        return F.batch_norm(x, mean, variance, scale, shift, self.training, MOMENTUM, EPSILON)

    def hidden(self, name, x):
        return torch.tanh(self.normalized(f'{name}.norm', x))

    def bias(self, name, features, needed=False):
        if self.options['normalization'] == 'batch' and not needed:
            return None
        return self.p(f'{name}.bias', features)

    def dense(self, name, x, outputs, needed=True):
        weight = self.p(f'{name}.weight', x.shape[1], outputs)
        return F.linear(x, weight.T, self.bias(name, outputs, needed))

    def convolution(self, name, x, outputs, kernel, stride, padding, needed=False):
        single = [n == 1 for n in x.shape[2:]]
        size = [1 if s else kernel for s in single]
        weight = self.p(f'{name}.weight', outputs, x.shape[1], *size)
        return F.conv2d(
            x,
            weight,
            self.bias(name, outputs, needed),
            stride=[1 if s else stride for s in single],
            padding=[0 if s else padding for s in single],
        )

    def halved(self, name, x, outputs):
        return self.hidden(name, self.convolution(name, x, outputs, 4, 2, 1))

    def kept(self, name, x, outputs):
        return self.hidden(name, self.convolution(name, x, outputs, 3, 1, 1))

    def doubled(self, name, x, outputs, size, needed=True):
        single = [n == 1 for n in size]
        kernel = [1 if s else 4 for s in single]
        weight = self.p(f'{name}.weight', x.shape[1], outputs, *kernel)
        y = F.conv_transpose2d(
            x,
            weight,
            self.bias(name, outputs, needed),
            stride=[1 if s else 2 for s in single],
            padding=[0 if s else 1 for s in single],
            output_padding=[0 if s else n % 2 for s, n in zip(single, size)],
        )
        assert list(y.shape[2:]) == list(size)
        return y

    def residual(self, name, x):
        inside = self.kept(f'{name}.0', x, x.shape[1])
        second = self.convolution(f'{name}.1', inside, x.shape[1], 3, 1, 1)
        return torch.tanh(x + self.normalized(f'{name}.1.norm', second))

    def maybe_residual(self, name, x):
        return self.residual(f'{name}.residual', x) if self.options['residual'] else x

    def values(self, y):
        channels, height, width = self.options['exampleShape']
        y = y.reshape(y.shape[0], channels, -1, height, width)
        return y.permute(0, 1, 3, 4, 2).reshape(y.shape[0], -1)

    def sizes(self, halvings):
        found = [self.options['exampleShape'][1:]]
        for _ in range(halvings):
            found.append([max(1, n // 2) for n in found[-1]])
        return found

    def mlp(self, x):
        for i, width in enumerate(self.options['hidden']):
            x = self.hidden(str(i), self.dense(str(i), x, width, needed=False))
        return [self.dense(str(len(self.options['hidden'])), x, self.options['outputs'])]

    def encoder(self, x):
        shape, extra = self.options['exampleShape'], self.options.get('conditions', 0)
        image = x[:, : math.prod(shape)].reshape(-1, *shape)
        planes = x[:, math.prod(shape) :, None, None] * torch.ones(extra, *shape[1:])
        h = torch.cat([image, planes], 1)
        for i, channels in enumerate(self.options['channels']):
            h = self.maybe_residual(str(i), self.halved(str(i), h, channels))
        last = str(len(self.options['channels']))
        return [self.dense(last, h.flatten(1), self.options['outputs'])]

    def decoder(self, z):
        channels, shape = self.options['channels'], self.options['exampleShape']
        sizes = self.sizes(len(channels))
        widths = [shape[0] * self.options['outputsPerValue'], *channels]
        pixels = math.prod(sizes[-1])
        h = self.dense('0', z, widths[-1] * pixels, needed=pixels > 1)
        h = h.reshape(-1, widths[-1], *sizes[-1])
        for position, i in enumerate(reversed(range(len(channels)))):
            h = self.maybe_residual(str(position), self.hidden(str(position), h))
            h = self.doubled(str(position + 1), h, widths[i], sizes[i], needed=i == 0)
        return [self.values(h)]

    def unet(self, x):
        channels, shape = self.options['channels'], self.options['exampleShape']
        sizes = self.sizes(len(channels) - 1)

        def twice(name, h, outputs):
            return self.kept(f'{name}.1', self.kept(f'{name}.0', h, outputs), outputs)

        def level(i, h):
            skipped = twice(f'{i}.down', h, channels[i])
            if i == len(channels) - 1:
                return skipped
            inner = level(i + 1, self.halved(f'{i}.halve', skipped, channels[i + 1]))
            back = self.doubled(f'{i}.double', inner, channels[i], sizes[i])
            return twice(f'{i}.up', torch.cat([skipped, back], 1), channels[i])

        outputs = shape[0] * self.options['outputsPerValue']
        h = level(0, x.reshape(-1, *shape))
        return [self.values(self.convolution('output', h, outputs, 1, 1, 0, needed=True))]

    def hourglass(self, x):
        channels, shape = self.options['channels'], self.options['exampleShape']
        sizes = self.sizes(len(channels) - 1)
        outputs = shape[0] * self.options['outputsPerValue']

        def level(s, i, h):
            beside = self.residual(f'{s}.{i}.residual', h)
            if i == len(channels) - 1:
                return beside
            inner = level(s, i + 1, self.halved(f'{s}.{i}.halve', h, channels[i + 1]))
            name = f'{s}.{i}.double'
            return beside + self.doubled(name, inner, channels[i], sizes[i], needed=i > 0)

        def pointwise(name, h, outputs, needed=True):
            return self.convolution(name, h, outputs, 1, 1, 0, needed)

        h = self.kept('stem', x.reshape(-1, *shape), channels[0])
        predictions = []
        for s in range(self.options['stacks']):
            made = pointwise(f'{s}.features', level(s, 0, h), channels[0], needed=False)
            features = self.hidden(f'{s}.features', made)
            prediction = pointwise(f'{s}.output', features, outputs)
            predictions.append(self.values(prediction))
            if s < self.options['stacks'] - 1:
                h = h + pointwise(f'{s}.merge.features', features, channels[0])
                h = h + pointwise(f'{s}.merge.output', prediction, channels[0])
        return predictions


def written(array):
    data = [float(f'{v:.12g}') for v in array.detach().flatten().tolist()]
    return {'shape': list(array.shape), 'data': data}


def named(arrays):
    return {f'net.{name}': written(array) for name, array in arrays.items()}


def case(name, network, batch, inputs, seed, **options):
    p = Parameters(seed)
    x = p.draw((batch, inputs), spread=1.0).requires_grad_()
    with torch.no_grad():
        evaluated = getattr(Networks(p, options, training=False), network)(x)
    before = {key: value.clone() for key, value in p.kept.items()}
    outputs = getattr(Networks(p, options, training=True), network)(x)
    flat = torch.cat([output.flatten() for output in outputs])
    loss = flat.square().sum() / 2 + (flat * torch.arange(len(flat)).cos()).sum()
    loss.backward()
    return {
        'name': name,
        'network': network,
        'options': options,
        'parameters': named(p.trained),
        'kept': named(before),
        'x': written(x),
        'evaluated': [written(output) for output in evaluated],
        'trained': [written(output) for output in outputs],
        'keptAfter': named(p.kept),
        'loss': loss.item(),
        'gradients': {'x': written(x.grad), **named({k: v.grad for k, v in p.trained.items()})},
    }


def running(shape, steps, seed):
    """Running moments of batch normalisation after each of several batches."""
    random = torch.Generator().manual_seed(seed)
    layer = (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(shape[1])
    batches, after = [], []
    for i in range(steps):
        x = (torch.randn(shape, generator=random) * (1 + i) * 100 + 50 * i).round() / 100
        layer(x)
        batches.append(written(x))
        after.append({'mean': written(layer.running_mean), 'variance': written(layer.running_var)})
    return {'shape': list(shape), 'batches': batches, 'after': after}


CASES = [
    case('mlp-batch', 'mlp', 4, 3, 1, hidden=[4, 3], outputs=2, normalization='batch'),
    case('mlp-layer', 'mlp', 3, 3, 2, hidden=[4, 3], outputs=2, normalization='layer'),
    case('encoder-none', 'encoder', 2, 26, 3, exampleShape=[2, 1, 13], channels=[2, 3, 2, 2, 2],
         outputs=2, normalization='none', residual=True),
    case('encoder-batch', 'encoder', 3, 35, 4, exampleShape=[1, 7, 5], channels=[2, 3], outputs=2,
         normalization='batch', residual=True),
    case('encoder-layer-conditions', 'encoder', 2, 44, 5, exampleShape=[2, 4, 5], conditions=4,
         channels=[2, 3], outputs=2, normalization='layer', residual=False),
    case('decoder-none', 'decoder', 2, 2, 6, exampleShape=[2, 1, 13], channels=[2, 3, 2, 2, 2],
         outputsPerValue=1, normalization='none', residual=False),
    case('decoder-batch', 'decoder', 3, 2, 7, exampleShape=[2, 7, 5], channels=[2, 3],
         outputsPerValue=3, normalization='batch', residual=True),
    case('decoder-batch-wide', 'decoder', 3, 2, 12, exampleShape=[1, 5, 9], channels=[2],
         outputsPerValue=2, normalization='batch', residual=False),
    case('unet-none', 'unet', 2, 7, 8, exampleShape=[1, 1, 7], channels=[2, 2, 3],
         outputsPerValue=1, normalization='none'),
    case('unet-batch', 'unet', 4, 30, 9, exampleShape=[2, 3, 5], channels=[2, 2, 2],
         outputsPerValue=2, normalization='batch'),
    case('hourglass-layer', 'hourglass', 2, 15, 10, exampleShape=[1, 3, 5], channels=[2, 2],
         stacks=2, outputsPerValue=2, normalization='layer'),
    case('hourglass-batch', 'hourglass', 5, 15, 11, exampleShape=[1, 3, 5], channels=[2, 2, 2],
         stacks=3, outputsPerValue=1, normalization='batch'),
]

golden = {
    'versions': {'torch': torch.__version__},
    'running': [running((5, 2), 4, 20), running((2, 2, 3, 2), 4, 21)],
    'cases': CASES,
}
path = pathlib.Path(__file__).with_suffix('.json')
lines = json.dumps(golden).replace(', "', ',\n"')
path.write_text(lines + '\n')
print(path, path.stat().st_size)
