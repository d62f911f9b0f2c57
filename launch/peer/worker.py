"""A process that times works with one number of threads, as it is told.

    python worker.py THREADS LEAVES BATCH STEP

STEP is a file of `treevae-dist bench step --export`, which says what the model is made of. Reads lines of JSON, {"work": ..., "setting": index, "seconds": ...}, and answers each with {"ms": ...}, or with
{"error": ...} where PyTorch cannot do it. What was built stays for the next time.
"""

import json
import sys

import h5py
import torch

from families import Settings
from timing import median_milliseconds
from works import WORKS, build


def main(threads, leaves, batch, path):
    with h5py.File(path) as file:
        Settings.read(file)
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    steps = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = request["work"], request["setting"]
        try:
            if key not in steps:
                steps[key] = build(key[0], WORKS[key[0]][key[1]], leaves, batch)
                # Compilers and allocators do their work now.
                median_milliseconds(steps[key], seconds=0)
            answer = {"ms": median_milliseconds(steps[key], request["seconds"])}
        except Exception as error:  # whatever a compiler throws, the comparison goes on without it
            answer = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4])
