"""Layers' outputs, gradients and statistics as PyTorch computes them in float64: what
LayerFixtureTests.swift expects.

usage: make_layers.py      (needs torch; writes layers.json beside itself)

Inputs and weights are random float32 numbers; weights stand in gan-runs' own layouts, [in, out] and
[kh, kw, in, out], pictures channels last. Modules and functions are torch's own, on pictures channels
first. Each case holds

- layers: as in a configuration,
- shape: of one input example; batch: examples; group: examples that one unit of the batch holds,
- input, upstream: the input, and the weights of the sum of outputs that is differentiated,
- state: parameters and statistics before,
- output, input_gradient, gradients (by parameter), statistics: what follows from one training pass,
- penalty_gradients: by parameter, of the sum of squares of input_gradient, as a gradient penalty has it,
- evaluated: the output in evaluation mode after it.
"""

import json
import pathlib

import torch
from torch.nn import functional as F
from torch.nn.utils.spectral_norm import SpectralNorm

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(20)

CONV = {"kernel": 4, "stride": 2, "pad": 1}
CASES = {
    "conv": ([5, 6, 3], [{"conv": 4, "kernel": 3, "stride": 1, "pad": 1, "activation": "leaky-relu"}]),
    "conv-drops-a-rest": ([8, 7, 2], [{"conv": 3, "kernel": 3, "stride": 3, "pad": 0}]),
    "conv-by-default": ([6, 6, 1], [{"conv": 4, "norm": "batch", "activation": "relu"}]),
    "conv-sees-padding": ([2, 3, 2], [{"conv": 3, "kernel": 5, "stride": 1, "pad": 2}]),
    "conv-transpose": (
        [3, 4, 5], [{"conv_transpose": 2, "norm": "batch", "bias": False, "activation": "tanh"}]),
    "conv-transpose-output-pad": (
        [3, 2, 4],
        [{"conv_transpose": 3, "kernel": 3, "stride": 2, "pad": 1, "output_pad": 1,
          "activation": "sigmoid"}]),
    "conv-transpose-from-one": (
        [7], [{"reshape": [1, 1, 7]},
              {"conv_transpose": 5, "kernel": 3, "stride": 1, "pad": 0, "activation": "relu"},
              {"conv_transpose": 1}]),
    "upsample": ([3, 2, 3], [{"upsample": 3}, {"conv": 2, "kernel": 3, "stride": 1}]),
    "pool": ([4, 6, 3], [{"pool": 2, "norm": "batch"}, {"dense": 2}]),
    "pixel-shuffle": (
        [3, 2, 12], [{"pixel_shuffle": 2, "norm": "layer", "activation": "relu"}]),
    "residual": (
        [3, 3, 4],
        [{"residual": [{"conv": 6, "kernel": 3, "stride": 1, "norm": "batch", "activation": "relu"},
                       {"residual": [{"conv": 6, "kernel": 1, "stride": 1, "pad": 0}]},
                       {"conv": 4, "kernel": 3, "stride": 1}],
          "norm": "batch", "activation": "leaky-relu"}]),
    "layer-norm": (
        [3, 3, 2],
        [{"conv": 5, "kernel": 2, "stride": 1, "pad": 0, "norm": {"kind": "layer", "eps": 1e-3}},
         {"dense": 6, "norm": "layer", "activation": "tanh"}]),
    "pixel-norm": (
        [3, 3, 2], [{"conv": 5, "kernel": 2, "stride": 1, "norm": "pixel", "activation": "leaky-relu"},
                    {"dense": 4, "norm": {"kind": "pixel", "eps": 0.1}}]),
    "spectral": (
        [4, 4, 2],
        [{"conv": 3, "kernel": 3, "norm": "spectral", "activation": "leaky-relu"},
         {"conv_transpose": 4, "kernel": 2, "pad": 0, "norm": "spectral", "bias": False},
         {"dense": 3, "norm": "spectral", "activation": "tanh"},
         {"maxout": 2, "pieces": 3, "norm": "spectral"}]),
    "minibatch-stddev": (
        [2, 3, 3], [{"minibatch_stddev": 3}, {"dense": 4, "activation": "tanh"},
                    {"minibatch_stddev": 2}, {"dense": 2}]),
    "equalized": (
        [4, 4, 2],
        [{"conv": 3, "equalized": True, "activation": "relu"},
         {"conv_transpose": 2, "equalized": True, "activation": "tanh"},
         {"dense": 4, "equalized": True, "norm": "spectral"}, {"dense": 2, "equalized": True}]),
    "flatten": (
        [2, 2, 3], [{"flatten": True, "norm": "batch"}, {"dense": 12, "norm": "batch"},
                    {"reshape": [2, 3, 2], "norm": "batch", "activation": "relu"}]),
}


def single(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


class Case:
    """One pass after another over the same numbers; pictures are [n, c, h, w] in between."""

    def __init__(self, layers, shape):
        self.layers, self.shape = layers, shape
        self.state, self.parameters = {}, []

    def number(self, name, make, learns=True):
        if name not in self.state:
            self.state[name] = make().requires_grad_(learns)
            if learns:
                self.parameters.append(name)
        return self.state[name]

    def forward(self, x, training):
        self.training, self.updates = training, {}
        x = self.first(x)
        for i, layer in enumerate(self.layers):
            x = self.apply(layer, f"{i}", x)
        return x.permute(0, 2, 3, 1) if x.dim() == 4 else x

    def first(self, x):
        x = x.reshape(-1, *self.shape)
        return x.permute(0, 3, 1, 2) if x.dim() == 4 else x

    def apply(self, layer, name, x):
        x = self.transform(layer, name, x)
        return self.activate(layer.get("activation", "none"), self.norm(layer, name, x))

    def transform(self, layer, name, x):
        vector = lambda: x.permute(0, 2, 3, 1).flatten(1) if x.dim() == 4 else x
        if "dense" in layer:
            return F.linear(vector(), *self.weights(layer, name, [vector().shape[1], layer["dense"]]))
        if "maxout" in layer:
            shape = [vector().shape[1], layer["maxout"] * layer["pieces"]]
            y = F.linear(vector(), *self.weights(layer, name, shape))
            return y.reshape(-1, layer["pieces"], layer["maxout"]).amax(1)
        if "conv" in layer or "conv_transpose" in layer:
            settings = CONV | layer
            channels = layer.get("conv", layer.get("conv_transpose"))
            shape = [settings["kernel"], settings["kernel"], x.shape[1], channels]
            weight, bias = self.weights(layer, name, shape)
            if "conv" in layer:
                return F.conv2d(x, weight, bias, settings["stride"], settings["pad"])
            return F.conv_transpose2d(
                x, weight, bias, settings["stride"], settings["pad"], settings.get("output_pad", 0))
        if "upsample" in layer:
            return F.interpolate(x, scale_factor=layer["upsample"], mode="nearest")
        if "pool" in layer:
            return F.avg_pool2d(x, layer["pool"])
        if "pixel_shuffle" in layer:
            return F.pixel_shuffle(x, layer["pixel_shuffle"])
        if "minibatch_stddev" in layer:
            groups = x.reshape(-1, layer["minibatch_stddev"], *x.shape[1:])
            spread = (groups.var(1, unbiased=False) + 1e-8).sqrt().flatten(1).mean(1)
            spread = spread.repeat_interleave(layer["minibatch_stddev"])
            if x.dim() == 2:
                return torch.cat([x, spread[:, None]], 1)
            return torch.cat([x, spread[:, None, None, None].expand(-1, 1, *x.shape[2:])], 1)
        if "residual" in layer:
            y = x
            for i, inner in enumerate(layer["residual"]):
                y = self.apply(inner, f"{name}.{i}", y)
            return x + y
        if "reshape" in layer:
            return vector().reshape(-1, *layer["reshape"]).permute(0, 3, 1, 2)
        return vector()

    def weights(self, layer, name, shape):
        """Weight and bias in torch's arrangement, through torch's own spectral norm."""
        outputs, inputs = shape[-1], int(torch.tensor(shape[:-1]).prod())
        spread = 1.0 if layer.get("equalized") else inputs**-0.5
        weight = self.number(f"{name}.weight", lambda: single(*shape, scale=spread))
        bias = None
        if layer.get("bias", True):
            bias = self.number(f"{name}.bias", lambda: single(outputs, scale=0.3))
        if layer.get("equalized"):
            gain = 2**0.5 if layer.get("activation") in ("relu", "leaky-relu") else 1.0
            weight = weight * (gain / inputs**0.5)
        transposed = "conv_transpose" in layer
        arranged = (weight.T if len(shape) == 2 else
                    weight.permute((2, 3, 0, 1) if transposed else (3, 2, 0, 1)))
        if layer.get("norm") == "spectral":
            arranged = self.spectral(name, arranged, shape, transposed)
        return arranged, bias

    def spectral(self, name, arranged, shape, transposed):
        unit = lambda n: F.normalize(single(n), dim=0).float().double()
        u = self.number(f"{name}.norm.u", lambda: unit(shape[-1]), learns=False)
        v = self.number(f"{name}.norm.v", lambda: unit(arranged.numel() // shape[-1]), learns=False)
        kernel = len(shape) == 4
        module = torch.nn.Module()
        norm = SpectralNorm("weight", n_power_iterations=1, dim=1 if transposed else 0, eps=1e-12)
        # Torch's v runs over [in, kh, kw], ours over [kh, kw, in].
        theirs = v.reshape(shape[:-1]).permute(2, 0, 1).reshape(-1) if kernel else v
        module.weight_orig = arranged
        module.register_buffer("weight_u", u.clone())
        module.register_buffer("weight_v", theirs.clone())
        result = norm.compute_weight(module, do_power_iteration=self.training)
        ours = module.weight_v
        if kernel:
            ours = ours.reshape(shape[2], *shape[:2]).permute(1, 2, 0).reshape(-1)
        self.updates |= {f"{name}.norm.u": module.weight_u, f"{name}.norm.v": ours}
        return result

    def norm(self, layer, name, x):
        norm = layer.get("norm")
        norm = {"kind": norm} if isinstance(norm, str) else norm
        if norm is None or norm["kind"] == "spectral":
            return x
        last = x.permute(0, 2, 3, 1) if x.dim() == 4 else x
        channels = last.shape[-1]
        if norm["kind"] == "pixel":
            last = last / (last.square().mean(-1, keepdim=True) + norm.get("eps", 1e-8)).sqrt()
            return last.permute(0, 3, 1, 2) if x.dim() == 4 else last
        factor = self.number(f"{name}.norm.weight", lambda: single(channels))
        offset = self.number(f"{name}.norm.bias", lambda: single(channels))
        eps = norm.get("eps", 1e-5)
        if norm["kind"] == "layer":
            last = F.layer_norm(last, [channels], factor, offset, eps)
            return last.permute(0, 3, 1, 2) if x.dim() == 4 else last
        statistics = [
            self.number(f"{name}.norm.running_mean", lambda: single(channels), learns=False),
            self.number(f"{name}.norm.running_var", lambda: single(channels).square(), learns=False)]
        mean, var = (s.clone() for s in statistics)
        y = F.batch_norm(x, mean, var, factor, offset, self.training, 0.1, eps)
        self.updates |= {f"{name}.norm.running_mean": mean, f"{name}.norm.running_var": var}
        return y

    def activate(self, activation, x):
        return {
            "none": lambda: x, "relu": lambda: F.relu(x), "tanh": lambda: torch.tanh(x),
            "sigmoid": lambda: torch.sigmoid(x), "leaky-relu": lambda: F.leaky_relu(x, 0.2),
        }[activation]()


def numbers(tensor, digits=7):
    return [float(f"{value:.{digits}g}") for value in tensor.detach().reshape(-1).tolist()]


def record(name, shape, layers):
    case = Case(layers, shape)
    batch, group = 6, 6 if "minibatch" in name else 1
    x = single(batch, *shape).requires_grad_()
    y = case.forward(x, training=True)
    upstream = single(*y.shape)
    before = {key: numbers(value, 9) for key, value in case.state.items()}
    loss, learned = (y * upstream).sum(), [case.state[key] for key in case.parameters]
    by_input, *by_parameters = torch.autograd.grad(loss, [x, *learned], create_graph=True)
    penalty = torch.autograd.grad(
        by_input.square().sum(), learned, allow_unused=True, materialize_grads=True)
    gradients = dict(zip(case.parameters, map(numbers, by_parameters)))
    updates = dict(case.updates)
    for key, value in updates.items():
        case.state[key] = value.detach()
    evaluated = case.forward(x, training=False)
    return {
        "layers": layers, "shape": shape, "batch": batch, "group": group, "input": numbers(x, 9),
        "upstream": numbers(upstream, 9), "state": before, "output": numbers(y),
        "input_gradient": numbers(by_input), "gradients": gradients,
        "penalty_gradients": dict(zip(case.parameters, map(numbers, penalty))),
        "statistics": {key: numbers(value) for key, value in updates.items()},
        "evaluated": numbers(evaluated),
    }


cases = [
    json.dumps(name) + ": " + json.dumps(record(name, *case), separators=(",", ":"))
    for name, case in CASES.items()]
path = pathlib.Path(__file__).with_name("layers.json")
path.write_text("{\n" + ",\n".join(cases) + "\n}\n")
