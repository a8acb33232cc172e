"""A network of make.py: its numbers under the checkpoint's names, and torch's functions over them."""

import numpy as np
import torch
from torch.nn import functional as F

import draws
from layer_rules import activate, output_shape, power_step, product, upsampled, weight_shape


class Player:
    """One network: its layers, numbers, optimiser and moving average, under the checkpoint's names."""

    def __init__(self, name, settings, shape, seed, stream):
        """shape: of one input example, channels last."""
        self.name, self.settings, self.layers = name, settings, settings["layers"]
        self.parameters, self.statistics = {}, {}
        self.shapes = [shape]
        for place, layer in enumerate(self.layers):
            before, after = self.shapes[-1], output_shape(layer, self.shapes[-1])
            self.shapes.append(after)
            channels = after[-1]
            if shape := weight_shape(layer, before):
                columns = int(np.prod(shape[:-1]))
                values = draws.weight(
                    layer, seed, stream, len(self.parameters), (columns, shape[-1]))
                self.add(f"{place}.weight", values.reshape(shape))
                if layer.get("bias", True):
                    bound = 0 if "init" in layer else columns**-0.5
                    self.add(f"{place}.bias", draws.uniform(
                        seed, stream, len(self.parameters), shape[-1:], bound))
            if layer.get("norm") == "spectral":
                u = torch.tensor(draws.normal(
                    seed, stream, (1 << 32) + len(self.statistics), (channels,)))
                for _ in range(15):
                    u, v = power_step(torch.tensor(values), u)
                self.statistics[f"{place}.norm.u"], self.statistics[f"{place}.norm.v"] = u, v
            elif "norm" in layer:
                self.add(f"{place}.norm.weight", np.ones(channels))
                self.add(f"{place}.norm.bias", np.zeros(channels))
                if layer["norm"]["kind"] == "batch":
                    self.statistics[f"{place}.norm.running_mean"] = torch.zeros(channels)
                    self.statistics[f"{place}.norm.running_var"] = torch.ones(channels)
        rule = settings["optimizer"]
        self.rates = {"lr": rule["lr"], "momentum": rule.get("momentum", 0)}
        lr, momentum = (ramp(rate, 0, 0) for rate in self.rates.values())
        if rule["kind"] == "adam":
            self.optimizer = torch.optim.Adam(
                self.parameters.values(), lr=lr, betas=(rule["beta1"], rule["beta2"]),
                eps=rule["eps"])
            self.moments = {"m": "exp_avg", "v": "exp_avg_sq"}
        elif rule["kind"] == "rmsprop":
            self.optimizer = torch.optim.RMSprop(
                self.parameters.values(), lr=lr, alpha=rule["decay"], eps=rule["eps"])
            self.moments = {"v": "square_avg"}
        else:
            # At a momentum of 0 torch keeps no buffer, and a ramp from 0 begins with one.
            self.optimizer = torch.optim.SGD(
                self.parameters.values(), lr=lr, momentum=momentum or 1e-300)
            self.moments = {"m": "momentum_buffer"} if rule["momentum"] else {}
        self.updates = 0
        self.limit = None
        self.average = self.numbers() if "ema" in settings else None

    def add(self, name, values):
        self.parameters[name] = torch.tensor(values, requires_grad=True)

    def numbers(self):
        return {name: value.detach().clone()
                for name, value in (self.parameters | self.statistics).items()}

    def apply(self, x, masks=None, learns=False, numbers=None):
        """Logits or samples of a batch, [rows, columns].

        masks: the stream and counter of dropout, and with them training mode; None evaluates.
        learns: whether running statistics go on. numbers: others than the network's own.
        """
        numbers = numbers or self.parameters | self.statistics
        for place, layer in enumerate(self.layers):
            if f"{place}.weight" in numbers:
                weight = numbers[f"{place}.weight"]
                if layer.get("norm") == "spectral":
                    weight = weight / self.spectral(place, weight, learns)
                x = product(layer, x, weight, self.shapes[place])
                if layer.get("bias", True):
                    bias = numbers[f"{place}.bias"]
                    x = x + bias.repeat(x.shape[1] // len(bias))
            if "upsample" in layer:
                x = upsampled(layer, x, self.shapes[place])
            if "maxout" in layer:
                x = x.reshape(len(x), layer["pieces"], layer["maxout"]).amax(dim=1)
            if "dropout" in layer and masks:
                stream, counter, seed = masks
                x = x * torch.tensor(draws.dropout_mask(
                    seed, stream + place, counter, tuple(x.shape), layer["dropout"]))
            if "norm" in layer and layer["norm"] != "spectral":
                x = self.normalized(place, layer["norm"], x, numbers, bool(masks), learns)
            x = activate(x, layer.get("activation", "none"))
        return x

    def normalized(self, place, norm, x, numbers, training, learns):
        """By batch or layer norm, over the last dimension of pictures."""
        own = lambda end: numbers[f"{place}.norm.{end}"]
        flat = x.reshape(-1, len(own("weight")))
        if norm["kind"] == "layer":
            y = F.layer_norm(flat, flat.shape[1:], own("weight"), own("bias"), norm["eps"])
            return y.reshape(x.shape)
        running = (own("running_mean"), own("running_var"))
        if training and not learns:
            running = (None, None)
        return F.batch_norm(
            flat, *running, own("weight"), own("bias"), training=training,
            momentum=norm["momentum"], eps=norm["eps"]).reshape(x.shape)

    def spectral(self, place, weight, learns):
        """The largest singular value, after one more step where the network learns."""
        matrix = weight.reshape(-1, weight.shape[-1])
        names = f"{place}.norm.u", f"{place}.norm.v"
        if learns:
            u, v = power_step(matrix.detach(), self.statistics[names[0]])
            self.statistics |= zip(names, (u, v))
        return self.statistics[names[1]] @ matrix @ self.statistics[names[0]]

    def gradients(self, loss):
        """Leaves the loss's gradients with the parameters; their norm over all of them."""
        values = torch.autograd.grad(loss, list(self.parameters.values()))
        for parameter, value in zip(self.parameters.values(), values):
            parameter.grad = value
        return float(torch.cat([value.reshape(-1) for value in values]).norm())

    def update(self, epochs):
        """A step of the optimiser, then of the clipping, then of the moving average."""
        for name, rate in self.rates.items():
            if name in self.optimizer.param_groups[0]:
                self.optimizer.param_groups[0][name] = ramp(rate, epochs, self.updates) or 1e-300
        self.optimizer.step()
        self.updates += 1
        if self.limit is not None:
            with torch.no_grad():
                for parameter in self.parameters.values():
                    parameter.clamp_(-self.limit, self.limit)
        if self.average is not None:
            decay = self.settings["ema"]
            for name, value in self.numbers().items():
                self.average[name] = decay * self.average[name] + (1 - decay) * value

    def state(self):
        tensors = {f"{self.name}.{name}": value for name, value in self.numbers().items()}
        for name, value in (self.average or {}).items():
            tensors[f"{self.name}_ema.{name}"] = value
        for moment, key in self.moments.items():
            for name, parameter in self.parameters.items():
                kept = self.optimizer.state[parameter].get(key)
                tensors[f"optimizer.{self.name}.{moment}.{name}"] = (
                    torch.zeros_like(parameter) if kept is None else kept.clone())
        return tensors


def ramp(rate, epochs, updates):
    """A learning rate or a momentum after so many epochs and updates."""
    if not isinstance(rate, dict):
        return rate
    if "factor" in rate:
        return max(rate.get("floor", 0), rate["start"] * rate["factor"] ** updates)
    return rate["start"] + (rate["end"] - rate["start"]) * min(1, epochs / rate["over_epochs"])
