"""What the reference implementation of safetensors says about the files of a folder, for the test beside.

Prints one line of JSON a file, by their names: {"error": "..."} where it is refused, else
{"tensors": {name: [dtype, shape, SHA-256 of the bytes]}}.
"""

import hashlib
import json
import pathlib
import sys

from safetensors import deserialize


def judge(content):
    try:
        tensors = deserialize(content)
    except Exception as error:
        return {"error": str(error)}
    return {
        "tensors": {
            name: [entry["dtype"], entry["shape"], hashlib.sha256(entry["data"]).hexdigest()]
            for name, entry in tensors}}


for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    print(json.dumps(judge(path.read_bytes())))
