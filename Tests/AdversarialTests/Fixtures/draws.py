"""What a run draws, from its seed alone: Philox4x32-10 and the distributions above it.

Every number is a function of (seed, stream, counter, element), so this page draws what the trainer
draws without asking it: the streams are those of Sources/Adversarial/RandomStreams.swift and
Sources/Datasets/DataStream.swift. Words are exact; logarithms and sines are float64, which differs
from the trainer's float32 in the last bits.
"""

import numpy as np

GENERATOR_WEIGHTS, DISCRIMINATOR_WEIGHTS = 1, 2
DISCRIMINATOR_LATENTS, GENERATOR_LATENTS, ACCURACY_LATENTS, SAMPLE_LATENTS = 3, 4, 5, 6
PENALTY_MIXTURE, PENALTY_NOISE, PENALTY_DROPOUT = 11, 12, 0x50000
GENERATOR_DROPOUT, REAL_DROPOUT, FAKE_DROPOUT, JUDGE_DROPOUT = 0x10000, 0x20000, 0x30000, 0x40000
EXAMPLES, HELD_OUT, ORDER, SPLIT = 0x44415401, 0x44415402, 0x44415403, 0x44415404


def philox(seed, c0, c1, c2, c3):
    """Blocks of four words, [n, 4] (Salmon et al., "Parallel random numbers", SC 2011)."""
    low = np.uint64(0xFFFFFFFF)
    c0, c1, c2, c3 = (
        word.astype(np.uint64) for word in np.broadcast_arrays(c0, c1, c2, c3))
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (
            (second >> np.uint64(32)) ^ c1 ^ np.uint64(k0), second & low,
            (first >> np.uint64(32)) ^ c3 ^ np.uint64(k1), first & low)
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=-1)


def words(seed, stream, counter, count):
    """Element i of a draw is word i mod 4 of block i / 4."""
    block = np.arange((count + 3) // 4)
    return philox(seed, block, counter & 0xFFFFFFFF, counter >> 32, stream).reshape(-1)[:count]


def unit(word):
    """[0, 1) in steps of 2^-24."""
    return (word >> np.uint64(8)).astype(np.float64) * 2.0**-24


def uniform(seed, stream, counter, shape, bound):
    return bound * (2 * unit(words(seed, stream, counter, int(np.prod(shape)))) - 1).reshape(shape)


def mixture(seed, stream, counter, shape):
    """Uniform in [0, 1)."""
    return unit(words(seed, stream, counter, int(np.prod(shape)))).reshape(shape)


def normal(seed, stream, counter, shape):
    """Box and Muller's transform, of words 0 and 1, then of 2 and 3, of a block."""
    count = int(np.prod(shape))
    pairs = unit(words(seed, stream, counter, (count + 3) // 4 * 4)).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    values = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return values.reshape(-1)[:count].reshape(shape)


def dropout_mask(seed, stream, counter, shape, probability):
    """0 with the probability, else 1 / (1 - probability)."""
    drops = unit(words(seed, stream, counter, int(np.prod(shape)))) < np.float32(probability)
    return np.where(drops, 0, 1 / (1 - probability)).reshape(shape)


def latents(settings, seed, stream, counter, rows):
    """[rows, size]."""
    shape, scale = (rows, settings["size"]), settings["scale"]
    if settings["distribution"] == "uniform":
        return uniform(seed, stream, counter, shape, scale)
    values = normal(seed, stream, counter, shape)
    if settings["distribution"] == "sphere":
        values /= np.sqrt((values**2).sum(axis=1, keepdims=True))
    return scale * values


def examples(data, seed, stream, start, count):
    """Examples start ..< start + count of a ring or a grid, [count, 2]."""
    index = np.arange(start, start + count)
    block = philox(seed, index & 0xFFFFFFFF, index >> 32, 0, stream)
    if data["kind"] == "ring":
        angle = 2 * np.pi * np.arange(data["modes"]) / data["modes"]
        centres = data["radius"] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    else:
        place = (np.arange(data["side"]) - (data["side"] - 1) / 2) * data["spacing"]
        centres = np.array([(x, y) for y in place for x in place])
    mode = (block[:, 0] * np.uint64(len(centres))) >> np.uint64(32)
    radius = np.sqrt(-2 * np.log(unit(block[:, 1]) + 2.0**-25))
    angle = 2 * np.pi * unit(block[:, 2])
    spread = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return centres[mode] + data["stddev"] * spread


def permutation(number, seed, count, stream):
    """Durstenfeld's shuffle, its choices by Lemire's method."""
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        block = [int(word) for word in philox(
            seed, np.array([i]), number & 0xFFFFFFFF, number >> 32, stream)[0]]
        product = (block[1] << 32 | block[0]) * (i + 1)
        if product % 2**64 < 2**64 % (i + 1):
            product = (block[3] << 32 | block[2]) * (i + 1)
        j = product >> 64
        order[i], order[j] = order[j], order[i]
    return order


def blots(count, side):
    """Gray pictures, a soft blot on each, [count, side, side] bytes."""
    place, width = np.meshgrid(np.arange(side), np.arange(side)), side / 4
    numbers = unit(words(0, 0, 0, 3 * count)).reshape(count, 3)
    pictures = [
        np.exp(-(((place[0] - x * side)**2 + (place[1] - y * side)**2) / (width * (0.5 + z))**2))
        for x, y, z in numbers]
    return np.round(255 * np.array(pictures)).astype(np.uint8)


def singular_vectors(matrix, seed, stream, place):
    """u of the outputs and v of the inputs, after 15 steps of the power iteration."""
    u = normal(seed, stream, 2**32 + place, matrix.shape[1:])
    for _ in range(15):
        v = matrix @ (u / np.linalg.norm(u))
        v /= np.linalg.norm(v)
        u = v @ matrix
        u /= np.linalg.norm(u)
    return u, v


def weight(layer, seed, stream, counter, shape):
    """A weight by its layer's `init`, as the matrix [in, out]; a kernel's places are inputs."""
    inputs, outputs = shape
    kind = layer.get("init")
    if kind is None:
        return uniform(seed, stream, counter, shape, inputs**-0.5)
    if kind == "xavier":
        return uniform(seed, stream, counter, shape, (6 / (inputs + outputs)) ** 0.5)
    if isinstance(kind, dict) and "uniform" in kind:
        return uniform(seed, stream, counter, shape, kind["uniform"])
    values = normal(seed, stream, counter, shape)
    if kind == "he":
        return values * (2 / inputs) ** 0.5
    if kind == "orthogonal":
        # Gram and Schmidt's process is the QR decomposition with a positive diagonal.
        tall = values if inputs >= outputs else values.T
        q, r = np.linalg.qr(tall)
        q *= np.sign(np.diag(r))
        return q if inputs >= outputs else q.T
    return values * kind["normal"]
