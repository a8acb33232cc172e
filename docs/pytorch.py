"""Loads a generator that gan-runs trained into PyTorch, and checks it against gan-runs' own samples.

    gan-runs checkpoints export RUN --only generator --layout pytorch -o generator.safetensors
    gan-runs sample RUN -o samples.safetensors
    python3 docs/pytorch.py generator.safetensors samples.safetensors

Needs torch alone. `sequential(path)` gives the generator as an nn.Sequential in evaluation mode, on
latents [n, size], pictures [n, channels, height, width]. Called as above it prints the largest
difference from the samples, and exits with 1 where that is above 1e-4. Beside it stands how far the
samples stray from one another: where that is as small, the difference tells nothing.
"""

import json
import struct
import sys

import torch
from torch import nn


def read(path):
    """The tensors and the metadata of a safetensors file of float32 tensors."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def settings(metadata, beginning):
    """The settings below a key as nested dictionaries; a list's indices are keys."""
    tree = {}
    for key, value in metadata.items():
        if not key.startswith(f"settings.{beginning}."):
            continue
        *path, last = key.removeprefix(f"settings.{beginning}.").split(".")
        place = tree
        for name in path:
            place = place.setdefault(name, {})
        kind, text = value.split(":", 1)
        place[last] = {
            "i": int, "t": str, "b": lambda word: word == "true",
            "r": lambda bits: struct.unpack(">d", bytes.fromhex(bits))[0]}[kind](text)
    return tree


class LastDimensionNorm(nn.Module):
    """A layer or pixel norm over the channels at each place."""

    def __init__(self, eps, tensors=None):
        super().__init__()
        self.eps, self.tensors = eps, tensors

    def forward(self, x):
        x = x.movedim(1, -1)
        if self.tensors is None:
            x = x / (x.square().mean(-1, keepdim=True) + self.eps).sqrt()
        else:
            x = nn.functional.layer_norm(x, x.shape[-1:], *self.tensors, self.eps)
        return x.movedim(-1, 1)


class BatchNorm(nn.modules.batchnorm._BatchNorm):
    """Of vectors and of pictures."""

    def _check_input_dim(self, x):
        pass


class Maxout(nn.Module):
    def __init__(self, linear, pieces):
        super().__init__()
        self.linear, self.pieces = linear, pieces

    def forward(self, x):
        y = self.linear(x)
        return y.reshape(len(y), self.pieces, -1).amax(1)


class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


def loaded(module, **tensors):
    """A module with its numbers."""
    module.load_state_dict({name: value for name, value in tensors.items() if value is not None})
    return module


def modules(layer, tensors, name):
    """The modules of one layer: weights, norm, activation."""
    weight, bias = (tensors.get(f"{name}.{part}") for part in ("weight", "bias"))
    if "dense" in layer or "maxout" in layer:
        outputs, inputs = weight.shape
        linear = loaded(nn.Linear(inputs, outputs, bias is not None), weight=weight, bias=bias)
        yield nn.Flatten()
        yield Maxout(linear, layer["pieces"]) if "maxout" in layer else linear
    elif "conv" in layer:
        outputs, inputs = weight.shape[:2]
        conv = nn.Conv2d(
            inputs, outputs, layer["kernel"], layer["stride"], layer["pad"], bias=bias is not None)
        yield loaded(conv, weight=weight, bias=bias)
    elif "conv_transpose" in layer:
        inputs, outputs = weight.shape[:2]
        conv = nn.ConvTranspose2d(
            inputs, outputs, layer["kernel"], layer["stride"], layer["pad"], layer["output_pad"],
            bias=bias is not None)
        yield loaded(conv, weight=weight, bias=bias)
    elif "reshape" in layer:
        shape = [layer["reshape"][str(place)] for place in range(len(layer["reshape"]))]
        yield nn.Flatten()
        if len(shape) == 3:
            yield nn.Unflatten(1, (shape[2], shape[0], shape[1]))
        elif len(shape) > 1:
            raise SystemExit(f"layer {name} reshapes to {shape}, which is no picture")
    elif "flatten" in layer:
        yield nn.Flatten()
    elif "upsample" in layer:
        yield nn.UpsamplingNearest2d(scale_factor=layer["upsample"])
    elif "pool" in layer:
        yield nn.AvgPool2d(layer["pool"])
    elif "pixel_shuffle" in layer:
        yield nn.PixelShuffle(layer["pixel_shuffle"])
    elif "residual" in layer:
        yield Residual(chain(layer["residual"], tensors, f"{name}."))
    elif "dropout" not in layer:
        raise SystemExit(f"layer {name} is of no kind that this page knows: {layer}")

    norm = layer.get("norm", {"kind": "none"})
    numbers = {
        part: tensors.get(f"{name}.norm.{part}")
        for part in ("weight", "bias", "running_mean", "running_var")}
    if norm["kind"] == "batch":
        module = BatchNorm(len(numbers["weight"]), norm["eps"], norm["momentum"])
        yield loaded(module, num_batches_tracked=torch.tensor(0), **numbers)
    elif norm["kind"] == "layer":
        yield LastDimensionNorm(norm["eps"], (numbers["weight"], numbers["bias"]))
    elif norm["kind"] == "pixel":
        yield LastDimensionNorm(norm["eps"])

    activation = layer["activation"]
    if isinstance(activation, dict):
        yield nn.LeakyReLU(activation["leaky-relu"])
    elif activation != "none":
        yield {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[activation]()


def chain(layers, tensors, prefix=""):
    """An nn.Sequential of a list of layers."""
    parts = []
    for place in range(len(layers)):
        parts += modules(layers[str(place)], tensors, f"{prefix}{place}")
    return nn.Sequential(*parts)


def sequential(path):
    """The generator of a file as an nn.Sequential."""
    tensors, metadata = read(path)
    if metadata.get("layout") != "pytorch":
        raise SystemExit(f"{path} is not in PyTorch's layout; export it with --layout pytorch")
    own = {
        name.removeprefix("generator."): value
        for name, value in tensors.items() if name.startswith("generator.")}
    return chain(settings(metadata, "generator.layers"), own).eval()


def main(generator, samples):
    expected, _ = read(samples)
    with torch.no_grad():
        made = sequential(generator)(expected["latents"])
    if made.dim() == 4:
        made = made.permute(0, 2, 3, 1)
    difference = (made.reshape(expected["samples"].shape) - expected["samples"]).abs().max().item()
    deviation = expected["samples"].std(0, correction=0).max().item()
    print(f"{len(made)} samples, at most {difference:.1e} apart, with a deviation of {deviation:.1e}")
    sys.exit(difference > 1e-4)


if __name__ == "__main__":
    main(*sys.argv[1:])
