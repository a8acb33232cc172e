"""Whole trainings of small GANs, computed by PyTorch in float64: what WholeTrainingTests.swift expects.

usage: make.py [CASE…]      (needs torch and numpy; writes CASE.json beside itself)

Nothing is taken from the trainer: draws.py derives its weights, latents, masks and batches from the
seed, autograd, torch.optim and torch's batch norm do the rest, and the order of passes and updates is
written down below a second time, from the contract. A fixture holds

- configuration: the text that the Swift test trains,
- steps: after each step, both losses, gradient norms and the discriminator's held-out accuracy,
- states: every tensor of the checkpoint at the start, of points after the first step, and after the last,
- samples: what `sample` gives at the end, [8, 2] or [8, 8, 8, 1].
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
from examples import Pictures, Points
from player import Player

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


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
            "generator", configuration["generator"], [configuration["latent"]["size"]], self.seed,
            draws.GENERATOR_WEIGHTS)
        data = configuration["data"]
        self.data = (Pictures if data["kind"] == "idx" else Points)(data, self.seed)
        # Of pictures, channels would be joined place by place.
        assert self.packing == 1 or self.data.shape == [2]
        self.discriminator = Player(
            "discriminator", configuration["discriminator"],
            self.data.shape[:-1] + [self.data.shape[-1] * self.packing], self.seed,
            draws.DISCRIMINATOR_WEIGHTS)
        self.generator_rows = configuration["generator"].get("batch_size", self.rows)
        self.discriminator.limit = configuration.get("weight_clip")
        self.loss = configuration["loss"]
        self.position = self.d_updates = self.g_updates = self.steps = 0
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
        return examples.reshape(len(examples) // self.packing, -1)

    def next_batch(self):
        self.real, self.position = self.data.batch(self.position, self.rows)

    def fakes(self, stream, counter, rows, learns=False):
        return self.generator.apply(
            self.latents(stream, counter, rows),
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
        fakes = self.fakes(draws.DISCRIMINATOR_LATENTS, self.d_updates, self.rows).detach()
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
        fakes = self.fakes(stream, counter, self.generator_rows, learns=True)
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
        reuses = (turns == (1, 1) and not self.schedule["fresh_latents"]
                  and self.generator_rows == self.rows)
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
        """On 2,048 held-out examples, where there are as many, and as many fakes; evaluation mode, raw
        weights."""
        inputs = (self.data.held or 2048) // self.packing
        real = self.data.held_out(inputs * self.packing)
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
        if number == configuration["epochs"] or number == 1 and game.data.held is None:
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
