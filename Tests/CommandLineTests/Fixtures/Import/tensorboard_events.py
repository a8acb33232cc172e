"""Writes event files by TensorBoard's own writer, as tests of `gan-runs import` read them.

usage: tensorboard_events.py FOLDER     (tensorboard 2.21 of PyPI)
"""
import struct
import sys
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c


def write(path: Path, events: list[Event]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for event in events:
            data = event.SerializeToString()
            length = struct.pack("<Q", len(data))
            file.write(length + struct.pack("<I", masked_crc32c(length)))
            file.write(data + struct.pack("<I", masked_crc32c(data)))


def event(step: int, *values: Summary.Value) -> Event:
    return Event(wall_time=1_700_000_000.25 + step, step=step, summary=Summary(value=values))


def simple(tag: str, value: float) -> Summary.Value:
    return Summary.Value(tag=tag, simple_value=value)


def tensor(tag: str, proto: TensorProto) -> Summary.Value:
    value = Summary.Value(tag=tag, tensor=proto)
    value.metadata.plugin_data.plugin_name = "scalars"
    return value


folder = Path(sys.argv[1])
first = Event(wall_time=1_700_000_000.0, file_version="brain.Event:2")
picture = Summary.Value(tag="grid", image=Summary.Image(height=1, width=1, colorspace=1))
name = "events.out.tfevents.17000000{}0.host.1.0"
# One run by simple values; its second file begins before the first one's end.
write(folder / "run-a" / name.format("0"), [first] + [
    event(step, simple("loss/d", 1 / step), simple("loss/g", float("nan") if step == 2 else step))
    for step in range(1, 6)] + [event(5, picture)])
write(folder / "run-a" / name.format("1"), [first] + [
    event(step, simple("loss/d", 10 * step)) for step in range(4, 8)])
# One by tensors, as TensorFlow 2 writes them, in every way that holds one number.
write(folder / "run-b" / name.format("2"), [
    first,
    event(1, tensor("t", TensorProto(dtype=1, float_val=[0.5]))),
    event(2, tensor("t", TensorProto(dtype=2, double_val=[0.1]))),
    event(3, tensor("t", TensorProto(dtype=1, tensor_content=struct.pack("<f", 1.5)))),
    event(4, tensor("t", TensorProto(dtype=9, int64_val=[-3]))),
    event(5, tensor("t", TensorProto(dtype=2, tensor_content=struct.pack("<d", float("inf"))))),
    event(6, tensor("u", TensorProto(dtype=1, float_val=[1, 2]))),
])
