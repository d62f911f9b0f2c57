"""Times treevae-dist and PyTorch in turn, and prints how much faster treevae-dist is.

    python bench.py --program .build/release/treevae-dist --launcher 'mpirun -np 2' --step step.h5

Every figure is taken once in each of several rounds, treevae-dist between the settings of PyTorch, so that what else
the machine does meets both. A ratio compares with PyTorch's fastest setting of as many threads.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

import torch

from works import WORKS

HERE = Path(__file__).parent
OURS = "treevae-dist"
TRAINING = "training step"
DDP = "DistributedDataParallel, gloo"

# What our bench prints, by the work's name: arguments, path of the figure in its JSON, and the works of PyTorch that
# it is compared with.
OUR_WORKS = {
    "training step": ("step", ("median_ms",), ["training step"]),
    "subtree step, cached": (
        "growth",
        ("cached", "median_ms"),
        ["subtree step, cached by hand", "subtree step, whole tree in every step"],
    ),
    "subtree step, latents redrawn": (
        "growth",
        ("redrawn", "median_ms"),
        ["subtree step, whole tree in every step"],
    ),
    "leaf probabilities": (
        "assign",
        ("median_ms",),
        ["leaf probabilities, cut by hand", "leaf probabilities, whole forward"],
    ),
}


class Figures:
    """Milliseconds by (work, who and how, number of threads or processes), one a round."""

    def __init__(self):
        self.values = {}

    def add(self, work, setting, cores, milliseconds):
        self.values.setdefault((work, setting, cores), []).append(milliseconds)

    def median(self, key):
        return statistics.median(self.values[key])

    def fastest(self, work, cores, is_wanted):
        """PyTorch's setting with the smallest median."""
        keys = [
            key for key in self.values if key[0] == work and key[2] == cores and is_wanted(key[1])
        ]
        return min(keys, key=self.median, default=None)


class Worker:
    """A PyTorch process with a number of threads."""

    def __init__(self, threads, arguments):
        self.threads = threads
        self.process = subprocess.Popen(
            [sys.executable, HERE / "worker.py"]
            + list(map(str, (threads, arguments.leaves, arguments.batch, arguments.step))),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        )
        self.skipped = set()

    def measure(self, work, index, seconds):
        """Milliseconds, or nothing where PyTorch cannot do it."""
        if (work, index) in self.skipped:
            return None
        self.process.stdin.write(json.dumps({"work": work, "setting": index, "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the PyTorch process with {self.threads} threads has ended")
        answer = json.loads(line)
        if "error" in answer:
            self.skipped.add((work, index))
            say(f"skipped: {work}, {WORKS[work][index].name}: {answer['error']}")
        return answer.get("ms")


def say(text):
    print(text, file=sys.stderr, flush=True)


def output_of(command, environment=None):
    """Standard output of a command that prints one line of JSON; ends this program if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))} failed with status {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure_ours(arguments, ranks, figures):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    launcher = shlex.split(arguments.launcher) if ranks > 1 else []
    configuration = ["--config", arguments.config] if arguments.config else []
    results = {}
    for work, (command, path, _) in our_works(arguments).items():
        if command not in results:
            leaves = arguments.leaves - 1 if command == "growth" else arguments.leaves
            results[command] = output_of(
                [*launcher, arguments.program, "bench", command, "--leaves", str(leaves), *configuration]
                + ["--batch", str(arguments.batch), "--seconds", str(arguments.seconds), "--json"],
                environment,
            )
        value = results[command]
        for key in path:
            value = value[key]
        figures.add(work, OURS, ranks, value)


def our_works(arguments):
    """Those of our works that are wanted."""
    return {work: how for work, how in OUR_WORKS.items() if work in (arguments.work or OUR_WORKS)}


def measure_theirs(arguments, workers, figures):
    wanted = {peer for *_, peers in our_works(arguments).values() for peer in peers}
    for work, settings in WORKS.items():
        if work not in wanted:
            continue
        for index, setting in enumerate(settings):
            if setting.compiled and arguments.eager_only:
                continue
            for worker in workers:
                milliseconds = worker.measure(work, index, arguments.seconds)
                if milliseconds is not None:
                    figures.add(work, setting.name, worker.threads, milliseconds)
    if TRAINING not in wanted or 2 not in arguments.cores:
        return
    command = [sys.executable, HERE / "parallel.py", 2, arguments.leaves, arguments.batch, arguments.seconds]
    command.append(arguments.step)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    figures.add(TRAINING, DDP, 2, output_of(list(map(str, command)), environment)["ms"])


def comparisons(figures, arguments):
    """Rows of our work, cores, PyTorch's work and setting, and the ratios of each round."""
    rows = []
    for work, (_, _, peers) in our_works(arguments).items():
        for cores in arguments.cores:
            ours = figures.values[work, OURS, cores]
            for peer in peers:
                kinds = [lambda setting: setting not in (OURS, DDP)]
                if work == TRAINING and cores == 2:
                    kinds.append(lambda setting: setting == DDP)
                for is_wanted in kinds:
                    key = figures.fastest(peer, cores, is_wanted)
                    if key:
                        ratios = [theirs / own for theirs, own in zip(figures.values[key], ours)]
                        rows.append((work, cores, peer, key[1], ratios, figures.median(key)))
    return rows


def print_table(rows, numeric):
    """Rows of texts in columns, those from `numeric` on to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [
            cell.rjust(width) if index >= numeric else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths))
        ]
        print("  ".join(cells).rstrip())


def print_figures(figures):
    rows = [("work", "how", "cores", "median ms", "lowest", "highest")]
    for key in sorted(figures.values, key=lambda key: (key[0], key[2], figures.median(key))):
        values = figures.values[key]
        rows.append(
            (*key[:2], str(key[2]), *(f"{x:.2f}" for x in (figures.median(key), min(values), max(values))))
        )
    print_table(rows, numeric=2)


def print_ratios(figures, arguments):
    rows = [("treevae-dist", "cores", "PyTorch", "its fastest setting", "ours ms", "its ms", "ratio", "spread")]
    for work, cores, peer, setting, ratios, theirs in comparisons(figures, arguments):
        ours = figures.median((work, OURS, cores))
        spread = f"{min(ratios):.1f}-{max(ratios):.1f}"
        ratio = f"{theirs / ours:.1f}"
        rows.append((work, str(cores), peer, setting, f"{ours:.2f}", f"{theirs:.2f}", ratio, spread))
    print_table(rows, numeric=4)


def as_json(figures, arguments):
    return {
        "config": arguments.config,
        "leaves": arguments.leaves,
        "batch": arguments.batch,
        "rounds": arguments.rounds,
        "torch": torch.__version__,
        "figures": [
            {"work": work, "setting": setting, "cores": cores, "rounds_ms": values,
             "median_ms": statistics.median(values)}
            for (work, setting, cores), values in figures.values.items()
        ],
        "ratios": [
            {"work": work, "cores": cores, "peer_work": peer, "peer_setting": setting, "rounds": ratios,
             "ratio": theirs / figures.median((work, OURS, cores))}
            for work, cores, peer, setting, ratios, theirs in comparisons(figures, arguments)
        ],
    }  # fmt: skip


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True, help="the executable treevae-dist")
    parser.add_argument("--launcher", required=True, help="what starts two ranks, such as 'mpirun -np 2'")
    parser.add_argument("--step", required=True, help="a file of `bench step --export` with the configuration")
    parser.add_argument("--config", help="YAML file of the model; without it that of the published MNIST tables")
    parser.add_argument("--work", action="append", choices=OUR_WORKS, help="only this work; more than once for several")
    parser.add_argument("--cores", type=int, nargs="+", choices=(1, 2), default=(1, 2), help="only as many cores")
    parser.add_argument("--leaves", type=int, default=10, help="of the tree; one fewer where it grows")
    parser.add_argument("--batch", type=int, default=256, help="samples of a batch, over all ranks")
    parser.add_argument("--rounds", type=int, default=5, help="how often every figure is taken")
    parser.add_argument("--seconds", type=float, default=1.0, help="about how long to measure each figure a time")
    parser.add_argument("--eager-only", action="store_true", help="leave torch.compile out, which takes minutes")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    arguments = parser.parse_args()
    if arguments.leaves < 3 or arguments.rounds < 1 or arguments.batch < 4:
        parser.error("--leaves is at least 3, --batch 4, --rounds 1")
    return arguments


def main():
    arguments = parse_arguments()
    figures = Figures()
    workers = [Worker(threads, arguments) for threads in arguments.cores]
    for number in range(arguments.rounds):
        say(f"round {number + 1} of {arguments.rounds}")
        for ranks in arguments.cores:
            measure_ours(arguments, ranks, figures)
        measure_theirs(arguments, workers, figures)
    for worker in workers:
        worker.process.stdin.close()
        worker.process.wait()
    if arguments.json:
        print(json.dumps(as_json(figures, arguments)))
        return
    print(f"PyTorch {torch.__version__}, batches of {arguments.batch}, {arguments.leaves} leaves "
          f"({arguments.leaves - 1} where one grows), {arguments.rounds} rounds")  # fmt: skip
    print("DistributedDataParallel has local batch-norm: SyncBatchNorm needs a GPU.\n")
    print_figures(figures)
    print()
    print_ratios(figures, arguments)


if __name__ == "__main__":
    main()
