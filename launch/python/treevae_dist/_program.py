"""Starting the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class ProgramError(RuntimeError):
    """The program is missing, or failed; the message is its own."""


def find():
    """The path of the program: what TREEVAE_DIST names, else the one on the path, else the checkout's build."""
    named = os.environ.get("TREEVAE_DIST")
    if named:
        if not os.access(named, os.X_OK):
            raise ProgramError(f"TREEVAE_DIST names {named}, which is no program")
        return named
    found = shutil.which("treevae-dist")
    if found:
        return found
    # Of a package that was installed in place, launch/python/treevae_dist.
    built = Path(__file__).resolve().parents[3] / ".build" / "release" / "treevae-dist"
    if os.access(built, os.X_OK):
        return str(built)
    raise ProgramError(
        "treevae-dist is not on the path: install it with launch/install, or name it in the environment variable "
        "TREEVAE_DIST"
    )


def launcher(ranks):
    """The words before the program's that start it on so many ranks; none for one."""
    if ranks == 1:
        return []
    mpirun = shutil.which("mpirun")
    if mpirun is None:
        raise ProgramError(f"{ranks} ranks need mpirun, which is not on the path")
    return [mpirun, "-np", str(ranks)]


def run(arguments, ranks=1, shows=False):
    """Runs the program to its end and returns what it printed.

    shows: whether its messages and its bar go to standard error while it runs.
    """
    environment = dict(os.environ)
    # Where one is root, or has few cores, Open MPI must be told that this is meant; other launchers ignore it.
    environment.update(
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_rmaps_base_oversubscribe="1",
    )
    command = [*launcher(ranks), find(), *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    try:
        said = _follow(process, shows)
        output = process.stdout.read().decode()
        status = process.wait()
    except BaseException:
        # An interrupted cell must not leave ranks behind.
        process.terminate()
        process.wait()
        raise
    finally:
        process.stdout.close()
        process.stderr.close()
    if status != 0:
        errors = [line for line in said.splitlines() if line.startswith("Error: ")]
        reason = errors[0][len("Error: ") :] if errors else said.strip()[-2000:]
        raise ProgramError(reason or f"{command[0]} ended with status {status}")
    return output


def _follow(process, shows):
    """Everything that a process says on standard error; its results are few and wait in their pipe."""
    said = []
    while chunk := os.read(process.stderr.fileno(), 1 << 14):
        text = chunk.decode(errors="replace")
        said.append(text)
        if shows:
            sys.stderr.write(text)
            sys.stderr.flush()
    return "".join(said)
