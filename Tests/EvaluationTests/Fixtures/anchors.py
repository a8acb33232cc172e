"""The anchors of SlicedWassersteinTests: the same definitions in numpy, with draws of its own.

    python3 anchors.py            # needs numpy and the Debian package dataset-fashion-mnist

It prints the distance at 32 and at 16 pixels of several sets of pictures from the first 2,048 test
pictures of Fashion-MNIST.
"""

import gzip

import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist"
COUNT = 2048
KERNEL = np.array([1, 4, 6, 4, 1]) / 16


def load(name):
    data = gzip.open(f"{FOLDER}/{name}-images-idx3-ubyte.gz").read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)


def blurred(pictures, axis):
    """With the kernel along an axis, mirrored at the edge pixels."""
    size = pictures.shape[axis]
    places = np.abs(np.arange(-2, size + 2))
    places = np.where(places >= size, 2 * size - 2 - places, places)
    padded = np.take(pictures, places, axis)
    return sum(KERNEL[k] * np.take(padded, np.arange(k, k + size), axis) for k in range(5))


def pyramid(pictures):
    fine = np.pad(pictures.astype(np.float32), ((0, 0), (2, 2), (2, 2)))
    coarse = blurred(blurred(fine, 1), 2)[:, ::2, ::2]
    spread = np.zeros_like(fine, dtype=float)
    spread[:, ::2, ::2] = coarse
    return [fine - 4 * blurred(blurred(spread, 1), 2), coarse]


def patches(level, random):
    count, side = level.shape[:2]
    rows = random.integers(0, side - 6, (count, 128, 1, 1)) + np.arange(7)[:, None]
    columns = random.integers(0, side - 6, (count, 128, 1, 1)) + np.arange(7)
    found = level[np.arange(count)[:, None, None, None], rows, columns].reshape(-1, 49)
    return (found - found.mean()) / found.std()


def distances(real, fake, random):
    result = []
    for levels in zip(pyramid(real), pyramid(fake)):
        directions = random.standard_normal((49, 128))
        directions /= np.sqrt((directions**2).sum(0))
        one, other = (np.sort(patches(level, random) @ directions, 0) for level in levels)
        result.append(round(float(np.abs(one - other).mean() * 1000), 2))
    return result


def main():
    training, test = load("train"), load("t10k")
    real, some = test[:COUNT], training[:COUNT]
    for seed in range(4):
        random = np.random.default_rng(seed)
        print("training", seed, distances(real, some, random))
        others = training[random.choice(60000, COUNT, False)]
        print("other training and test", seed, distances(
            test[random.choice(10000, COUNT, False)], others, random))
    random = np.random.default_rng(0)
    boxes = some.reshape(-1, 14, 2, 14, 2).mean((2, 4))
    print("2 x 2 boxes", distances(real, boxes.repeat(2, 1).repeat(2, 2), random))
    for first in (0, 10, 20):
        ten = training[first:first + 10]
        print("ten repeated", distances(real, ten[np.arange(COUNT) % 10], random))
    print("noise", distances(real, random.integers(0, 256, (COUNT, 28, 28)), random))


if __name__ == "__main__":
    main()
