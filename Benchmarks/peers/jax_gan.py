"""A GAN in JAX and optax, one jitted step, timed: usage: jax_gan.py CASE THREADS

Cases: mlp, ring. The step is that of torch_gan.py with `freeze`: one forward pass of the generator,
whose fakes both updates use, and no gradients of the discriminator's weights in the generator's.
JAX takes its threads from the cores that it may use, so the process keeps to the first THREADS.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise

import blocks

ASKED = blocks.options(__doc__ or "", variants=False)
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: ASKED.threads])
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# Only now: JAX counts the cores when it is imported.
import jax  # noqa: E402
import optax  # noqa: E402
from jax import Array, nn, random  # noqa: E402
from jax import numpy as jnp  # noqa: E402

Layers = list[tuple[Array, Array]]

BATCH = {"mlp": 128, "ring": 256}
GENERATOR = {"mlp": [64, 256, 512, 784], "ring": [2, 128, 128, 2]}
DISCRIMINATOR = {"mlp": [784, 512, 256, 1], "ring": [2, 128, 128, 1]}
EXAMPLES = 20_000


def first_weights(key: Array, sizes: list[int]) -> Layers:
    """Dense layers: weights of unit gain, biases of 0."""
    keys = random.split(key, len(sizes) - 1)
    return [
        (random.normal(key, (inputs, outputs)) / inputs**0.5, jnp.zeros(outputs))
        for key, (inputs, outputs) in zip(keys, pairwise(sizes), strict=True)]


def dense(layers: Layers, values: Array, activation: Callable[[Array], Array]) -> Array:
    """Dense layers with an activation after each but the last."""
    for weight, bias in layers[:-1]:
        values = activation(values @ weight + bias)
    weight, bias = layers[-1]
    return values @ weight + bias


def make_step(case: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Two functions of one case: one begins a step, one waits until all are done."""
    batch, latent_size = BATCH[case], GENERATOR[case][0]
    data = random.uniform(random.key(0), (EXAMPLES, DISCRIMINATOR[case][0]), minval=-1.0)
    adam = optax.adam(2e-4, b1=0.5)

    def generator(layers: Layers, latents: Array) -> Array:
        values = dense(layers, latents, nn.relu)
        return jnp.tanh(values) if case == "mlp" else values

    def discriminator(layers: Layers, examples: Array) -> Array:
        return dense(layers, examples, lambda x: nn.leaky_relu(x, 0.2))

    def d_loss(layers: Layers, real: Array, fake: Array) -> Array:
        return nn.softplus(-discriminator(layers, real)).mean() + nn.softplus(
            discriminator(layers, fake)).mean()

    def update(state: tuple, data: Array) -> tuple:
        g, d, g_moments, d_moments, key = state
        key, data_key, latent_key = random.split(key, 3)
        real = data[random.randint(data_key, (batch,), 0, EXAMPLES)]
        latents = random.normal(latent_key, (batch, latent_size))
        fake, pull_back = jax.vjp(lambda layers: generator(layers, latents), g)
        change, d_moments = adam.update(jax.grad(d_loss)(d, real, fake), d_moments)
        d = optax.apply_updates(d, change)
        slope = jax.grad(lambda fake: nn.softplus(-discriminator(d, fake)).mean())(fake)
        change, g_moments = adam.update(pull_back(slope)[0], g_moments)
        return optax.apply_updates(g, change), d, g_moments, d_moments, key

    jitted = jax.jit(update, donate_argnums=0)
    g = first_weights(random.key(1), GENERATOR[case])
    d = first_weights(random.key(2), DISCRIMINATOR[case])
    state = (g, d, adam.init(g), adam.init(d), random.key(3))

    def step() -> None:
        nonlocal state
        state = jitted(state, data)

    def wait() -> None:
        jax.block_until_ready(state)

    return step, wait


def main() -> None:
    """Times one case."""
    step, wait = make_step(ASKED.case)
    blocks.time_steps(step, wait, ASKED.blocks, ASKED.block_seconds)


if __name__ == "__main__":
    main()
