"""What a run's directory says, for the scripts that hand it on."""

import hashlib
import json
import os

import yaml  # which both services depend on


class Run:
    """A directory that 'treevae-dist train' writes to."""

    def __init__(self, directory):
        self.directory = os.path.abspath(directory)
        if not os.path.exists(self.path("metrics.jsonl")):
            raise SystemExit(f"{directory} holds no run: there is no metrics.jsonl in it")
        self.name = os.path.basename(self.directory)
        # The same for one directory, however often it is handed on.
        self.key = hashlib.sha256(self.directory.encode()).hexdigest()[:16]
        self.is_finished = os.path.exists(self.path("model.h5"))

    def path(self, name):
        return os.path.join(self.directory, name)

    def epochs(self):
        """The records of metrics.jsonl whose lines are whole, without what is not known."""
        with open(self.path("metrics.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.endswith("\n")]
        return [{name: value for name, value in line.items() if value is not None} for line in lines]

    def settings(self):
        """Every setting of config.yml by its dotted key."""
        with open(self.path("config.yml"), encoding="utf-8") as file:
            return dict(flat(yaml.safe_load(file)))


def flat(section, prefix=""):
    for key, value in section.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
