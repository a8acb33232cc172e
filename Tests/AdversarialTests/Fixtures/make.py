"""Whole trainings of small GANs, computed by PyTorch in float64: what WholeTrainingTests.swift expects.

usage: make.py [CASE…]      (needs torch and numpy; writes CASE.json beside itself)

Nothing is taken from the trainer: draws.py derives its weights, latents, masks and batches from the
seed, autograd, torch.optim and torch's batch norm do the rest, and the order of passes and updates is
written down below a second time, from the contract. A fixture holds

- configuration: the text that the Swift test trains,
- steps: after each step, both losses, gradient norms and the discriminator's held-out accuracy,
- states: every tensor of the checkpoint at the start, after the first and after the last step,
- samples: what `sample` gives at the end, [8, 2].
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

sys.dont_write_bytecode = True  # no __pycache__ among the fixtures
import draws
from cases import CASES
from layer_rules import activate, output_shape, power_step, product, weight_shape

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Player:
    """One network: its layers, numbers, optimiser and moving average, under the checkpoint's names."""

    def __init__(self, name, settings, inputs, seed, stream):
        self.name, self.settings, self.layers = name, settings, settings["layers"]
        self.parameters, self.statistics = {}, {}
        self.shapes = [[inputs]]
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
            if "maxout" in layer:
                x = x.reshape(len(x), layer["pieces"], layer["maxout"]).amax(dim=1)
            if "dropout" in layer and masks:
                stream, counter, seed = masks
                x = x * torch.tensor(draws.dropout_mask(
                    seed, stream + place, counter, tuple(x.shape), layer["dropout"]))
            if "norm" in layer and layer["norm"] != "spectral":
                norm = lambda end: numbers[f"{place}.norm.{end}"]
                running = (norm("running_mean"), norm("running_var"))
                flat = x.reshape(-1, len(running[0]))
                if masks and not learns:
                    running = (None, None)
                x = F.batch_norm(
                    flat, *running, norm("weight"), norm("bias"), training=bool(masks),
                    momentum=layer["norm"]["momentum"], eps=layer["norm"]["eps"]
                ).reshape(x.shape)
            x = activate(x, layer.get("activation", "none"))
        return x

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


def entropy(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


class Game:
    """Both networks of a configuration, and the order of their updates."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.seed, self.packing = configuration["seed"], configuration["packing"]
        self.schedule, self.rows = configuration["schedule"], configuration["batch_size"]
        self.joined = configuration["discriminator"].get("batch_norm") == "joined"
        self.generator = Player(
            "generator", configuration["generator"], configuration["latent"]["size"], self.seed,
            draws.GENERATOR_WEIGHTS)
        self.discriminator = Player(
            "discriminator", configuration["discriminator"], 2 * self.packing, self.seed,
            draws.DISCRIMINATOR_WEIGHTS)
        self.discriminator.limit = configuration.get("weight_clip")
        self.loss = configuration["loss"]
        self.batches = self.d_updates = self.g_updates = self.steps = 0
        # Joined rows stand shard after shard, in each real before fake: masks follow that order.
        units = self.rows // self.packing
        shards = configuration["shards"]
        cuts = [shard * units // shards for shard in range(shards + 1)]
        self.order = torch.cat([
            torch.cat([torch.arange(a, b), units + torch.arange(a, b)])
            for a, b in zip(cuts, cuts[1:])])

    def latents(self, stream, counter, rows, seed=None):
        return torch.tensor(draws.latents(
            self.configuration["latent"], self.seed if seed is None else seed, stream, counter, rows))

    def packed(self, examples):
        """Adjacent examples as one input of the discriminator."""
        return examples.reshape(-1, 2 * self.packing)

    def next_batch(self):
        self.real = torch.tensor(draws.examples(
            self.configuration["data"], self.seed, draws.EXAMPLES, self.batches * self.rows,
            self.rows))
        self.batches += 1

    def fakes(self, stream, counter, learns=False):
        return self.generator.apply(
            self.latents(stream, counter, self.rows),
            masks=(draws.GENERATOR_DROPOUT, counter, self.seed), learns=learns)

    def judge(self, fakes, fake_stream, counter, learns, with_real, packed_real=None):
        """Logits of real examples (None without them) and of fakes, in training mode."""
        masks = lambda stream: (stream, counter, self.seed)
        real = self.packed(self.real) if packed_real is None else packed_real
        fakes = self.packed(fakes)
        if self.joined:
            both = torch.cat([real, fakes])[self.order]
            logits = self.discriminator.apply(both, masks(fake_stream), learns)
            logits = torch.empty_like(logits).index_copy(0, self.order, logits)
            return logits[:len(real)], logits[len(real):]
        on_real = self.discriminator.apply(
            real, masks(draws.REAL_DROPOUT), learns) if with_real else None
        return on_real, self.discriminator.apply(fakes, masks(fake_stream), learns)

    def teach_discriminator(self):
        """Its loss and gradients on a batch and fakes of its own; running statistics go on twice."""
        fakes = self.fakes(draws.DISCRIMINATOR_LATENTS, self.d_updates).detach()
        x = self.packed(self.real).requires_grad_()
        real, fake = self.judge(
            fakes, draws.FAKE_DROPOUT, self.d_updates, learns=True, with_real=True, packed_real=x)
        label = 1 - self.configuration.get("label_smoothing", 0)
        loss = {
            "least-squares": lambda: ((real - label)**2).mean() / 2 + (fake**2).mean() / 2,
            "wasserstein": lambda: fake.mean() - real.mean(),
            "wasserstein-gp": lambda: fake.mean() - real.mean(),
            "hinge": lambda: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
        }.get(self.loss, lambda: entropy(real, label) + entropy(fake, 0))()
        penalty = self.penalty(x, real, self.packed(fakes))
        return float(loss.detach()), float(penalty.detach()), self.discriminator.gradients(loss + penalty)

    def penalty(self, real, on_real, fakes):
        """The gradient penalties, derivatives taken by torch, twice."""
        total, slope = torch.zeros(()), lambda output, x: torch.autograd.grad(
            output.sum(), x, create_graph=True)[0]
        draw = lambda stream, shape: torch.tensor(
            draws.mixture(self.seed, stream, self.d_updates, shape))
        if settings := self.configuration.get("gradient_penalty"):
            alpha, x = draw(draws.PENALTY_MIXTURE, (len(real), 1)), real.detach()
            if self.loss == "wasserstein-gp":
                x = (1 - alpha) * x + alpha * fakes
            else:
                shift = settings["noise"] * x.std(correction=0) * draw(
                    draws.PENALTY_NOISE, tuple(x.shape))
                x = x + (alpha * shift if settings["alpha"] else shift)
            x.requires_grad_()
            output = self.discriminator.apply(
                x, (draws.PENALTY_DROPOUT, self.d_updates, self.seed), learns=True)
            if settings.get("output") == "probability":
                output = output.sigmoid()
            norm = slope(output, x).norm(dim=1)
            total = total + settings["lambda"] * ((norm - settings["target"])**2).mean()
        if r1 := self.configuration.get("r1"):
            total = total + r1["gamma"] / 2 * (slope(on_real, real)**2).sum(dim=1).mean()
        return total

    def teach_generator(self, stream, counter):
        """Its loss and gradients; the discriminator judges in training mode and keeps nothing."""
        fakes = self.fakes(stream, counter, learns=True)
        _, fake = self.judge(
            fakes, draws.JUDGE_DROPOUT, self.g_updates, learns=False, with_real=False)
        loss = {
            "minimax": lambda: -entropy(fake, 0),
            "least-squares": lambda: ((fake - 1)**2).mean() / 2,
            "wasserstein": lambda: -fake.mean(),
            "wasserstein-gp": lambda: -fake.mean(),
            "hinge": lambda: -fake.mean(),
        }.get(self.loss, lambda: entropy(fake, 1))()
        return float(loss.detach()), self.generator.gradients(loss)

    def step(self):
        """One cycle of the schedule; the means of its losses and norms."""
        d, g, epochs = [], [], self.steps
        self.steps += 1
        turns = self.schedule.get("discriminator", 1), self.schedule.get("generator", 1)
        reuses = turns == (1, 1) and not self.schedule["fresh_latents"]
        simultaneous = self.schedule["kind"] == "simultaneous"
        assert reuses or not simultaneous
        for _ in range(turns[0]):
            self.next_batch()
            d.append(self.teach_discriminator())
            if not simultaneous:
                self.discriminator.update(epochs)
            self.d_updates += 1
        for _ in range(turns[1]):
            # With one update each the generator learns from the fakes that the discriminator saw.
            g.append(
                self.teach_generator(draws.DISCRIMINATOR_LATENTS, self.d_updates - 1) if reuses
                else self.teach_generator(draws.GENERATOR_LATENTS, self.g_updates))
            if simultaneous:
                self.discriminator.update(epochs)
            self.generator.update(epochs)
            self.g_updates += 1
        (d_loss, penalty, d_norm), (g_loss, g_norm) = np.mean(d, axis=0), np.mean(g, axis=0)
        metrics = {"d_loss": d_loss, "g_loss": g_loss, "d_grad_norm": d_norm, "g_grad_norm": g_norm}
        if not self.loss.startswith("wasserstein"):
            metrics["d_accuracy"] = self.accuracy()
        if {"gradient_penalty", "r1"} & self.configuration.keys():
            metrics["gradient_penalty"] = penalty
        return metrics

    def accuracy(self):
        """On 2,048 held-out examples and as many fakes, evaluation mode, raw weights."""
        inputs = 2048 // self.packing
        real = torch.tensor(draws.examples(
            self.configuration["data"], self.seed, draws.HELD_OUT, 0, inputs * self.packing))
        # Fixed latents come in chunks of 64 inputs.
        chunk = min(inputs, 64)
        fakes = self.generator.apply(torch.cat([
            self.latents(draws.ACCURACY_LATENTS, place, chunk * self.packing)
            for place in range(inputs // chunk)]))
        on_real = self.discriminator.apply(self.packed(real))
        on_fake = self.discriminator.apply(self.packed(fakes))
        boundary = (
            (1 - self.configuration["label_smoothing"]) / 2 if self.loss == "least-squares" else 0)
        return float(((on_real > boundary).sum() + (on_fake < boundary).sum()) / (2 * inputs))

    def samples(self, count):
        latents = self.latents(draws.SAMPLE_LATENTS, 0, count, seed=1)
        return self.generator.apply(latents, numbers=self.generator.average)

    def state(self):
        return self.generator.state() | self.discriminator.state()


def listed(tensor):
    """Nine digits: a hundred times finer than float32."""
    return [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]


def fixture(configuration):
    game, steps = Game(configuration), []
    states = {0: game.state()}
    for number in range(1, configuration["epochs"] + 1):
        steps.append({name: float(f"{value:.9g}") for name, value in game.step().items()})
        if number in (1, configuration["epochs"]):
            states[number] = game.state()
    return {
        # A step is an epoch, so that the trainer records each step's norms and accuracy too.
        "configuration": json.dumps(
            configuration | {"steps_per_epoch": 1, "samples": {"every": 0}}),
        "steps": steps,
        "states": [
            {"step": step, "tensors": {name: listed(value) for name, value in state.items()}}
            for step, state in states.items()],
        "samples": listed(game.samples(8)),
    }


def written(value, indent=""):
    """JSON with lists of numbers on one line."""
    inner = indent + " "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {written(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + written(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value)


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        path = pathlib.Path(__file__).with_name(f"{case}.json")
        path.write_text(written(fixture(CASES[case])) + "\n")
