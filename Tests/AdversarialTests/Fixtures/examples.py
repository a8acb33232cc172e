"""The real examples of make.py, in the order that a run sees them."""

import pathlib

import numpy as np
import torch

import draws


class Points:
    """Examples of a stream, from the first on."""

    def __init__(self, data, seed):
        self.data, self.seed, self.shape, self.held = data, seed, [2], None

    def batch(self, position, count):
        """The batch at a position, and where the next begins."""
        return self.stream(draws.EXAMPLES, position, count), position + count

    def held_out(self, count):
        return self.stream(draws.HELD_OUT, 0, count)

    def stream(self, stream, start, count):
        return torch.tensor(draws.examples(self.data, self.seed, stream, start, count))


class Pictures:
    """Pictures of a file in IDX format, some held out, the others in one permutation after another."""

    def __init__(self, data, seed):
        content = pathlib.Path(__file__).with_name(data["path"]).read_bytes()
        count, *sides = (int.from_bytes(content[at:at + 4], "big") for at in (4, 8, 12))
        # Out of bytes, which overflow.
        levels = np.frombuffer(content[16:], np.uint8).astype(np.float64).reshape(count, -1)
        low, high = data["range"]
        values = torch.tensor(low + (high - low) * levels / 255)
        self.seed, self.shape, self.held = seed, sides + [1], round(count * data["held_out"])
        split = draws.permutation(0, 0, count, draws.SPLIT)
        self.kept, self.training = values[sorted(split[:self.held])], values[sorted(split[self.held:])]

    def batch(self, position, count):
        """The next whole batch of a permutation, else the first of the next one."""
        size = len(self.training)
        if position % size + count > size:
            position = (position // size + 1) * size
        order = draws.permutation(position // size, self.seed, size, draws.ORDER)
        first = position % size
        return self.training[order[first:first + count]], position + count

    def held_out(self, count):
        return self.kept[:count]


if __name__ == "__main__":
    pictures = draws.blots(40, 8)
    sides = b"".join(side.to_bytes(4, "big") for side in pictures.shape)
    pathlib.Path(__file__).with_name("pictures.idx").write_bytes(
        b"\0\0\x08\x03" + sides + pictures.tobytes())
