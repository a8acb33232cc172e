"""What a layer makes of an example's shape and of its values."""

import numpy as np
import torch
from torch.nn import functional as F


def output_shape(layer, shape):
    """Of one example after a layer, channels last."""
    if "conv" in layer:
        return [(side + 2 * layer["pad"] - layer["kernel"]) // layer["stride"] + 1
                for side in shape[:2]] + [layer["conv"]]
    if "conv_transpose" in layer:
        return [(side - 1) * layer["stride"] - 2 * layer["pad"] + layer["kernel"]
                for side in shape[:2]] + [layer["conv_transpose"]]
    if "upsample" in layer:
        return [side * layer["upsample"] for side in shape[:2]] + shape[2:]
    if "dense" in layer or "maxout" in layer:
        return [layer.get("dense", layer.get("maxout"))]
    return layer.get("reshape", [int(np.prod(shape))] if "flatten" in layer else shape)


def weight_shape(layer, shape):
    """[in, out], or [kernel, kernel, in, out]; None of a layer without a weight."""
    if "dense" in layer or "maxout" in layer:
        outputs = layer.get("dense", layer.get("maxout")) * layer.get("pieces", 1)
        return int(np.prod(shape)), outputs
    if "conv" in layer or "conv_transpose" in layer:
        outputs = layer.get("conv", layer.get("conv_transpose"))
        return layer["kernel"], layer["kernel"], shape[-1], outputs
    return None


def product(layer, x, weight, shape):
    """Rows of examples, channels last, times a layer's weight."""
    if "dense" in layer or "maxout" in layer:
        return x @ weight
    x = x.reshape(-1, *shape).permute(0, 3, 1, 2)
    if "conv" in layer:
        weight = weight.permute(3, 2, 0, 1).contiguous()
        x = F.conv2d(x, weight, stride=layer["stride"], padding=layer["pad"])
    else:
        x = F.conv_transpose2d(
            x, weight.permute(2, 3, 0, 1), stride=layer["stride"], padding=layer["pad"])
    return x.permute(0, 2, 3, 1).reshape(len(x), -1)


def upsampled(layer, x, shape):
    """Rows of pictures, channels last, with each pixel as a square."""
    x = F.interpolate(
        x.reshape(-1, *shape).permute(0, 3, 1, 2), scale_factor=layer["upsample"], mode="nearest")
    return x.permute(0, 2, 3, 1).reshape(len(x), -1)


def power_step(matrix, u):
    """The singular vectors of [in, out] after one step of the power iteration: of out, of in."""
    v = F.normalize(matrix.reshape(-1, matrix.shape[-1]) @ u, dim=0)
    return F.normalize(v @ matrix.reshape(-1, matrix.shape[-1]), dim=0), v


def activate(x, kind):
    if isinstance(kind, dict):
        return F.leaky_relu(x, kind["leaky-relu"])
    return {"none": lambda x: x, "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
            "leaky-relu": lambda x: F.leaky_relu(x, 0.2)}[kind](x)
