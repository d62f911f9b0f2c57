"""Times training steps of DistributedDataParallel over gloo, one thread a process.

    python parallel.py PROCESSES LEAVES BATCH SECONDS STEP

STEP is a file of `treevae-dist bench step --export`, which says what the model is made of. Prints one line of JSON, {"ms": ...}. Each process has its share of the batch. Batch-norm is local: PyTorch's
SyncBatchNorm needs a GPU. So this is less work than that of treevae-dist, whose statistics are those of the whole batch.
"""

import json
import sys
import tempfile
import warnings

import h5py
import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing
from torch.nn.parallel import DistributedDataParallel

from families import Settings
from timing import median_milliseconds
from works import SEED, Setting, training_step


def run(rank, processes, leaves, batch, seconds, path, meeting):
    with h5py.File(path) as file:
        Settings.read(file)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    distributed.init_process_group("gloo", f"file://{meeting}", rank=rank, world_size=processes)

    def wrap(model):
        # The fastest of its options: nothing is copied, and running statistics stay each process's own. Newer
        # releases have another name for one of them.
        warnings.filterwarnings("ignore", category=FutureWarning)
        return DistributedDataParallel(
            model, broadcast_buffers=False, gradient_as_bucket_view=True, static_graph=True
        )

    step = training_step(Setting("ddp"), leaves, batch // processes, wrap)
    # All processes do as many steps.
    per_step = torch.tensor([median_milliseconds(step, seconds=0) / 1e3])
    distributed.all_reduce(per_step, distributed.ReduceOp.MAX)
    milliseconds = median_milliseconds(step, seconds=0, least=max(3, int(seconds / float(per_step))))
    if rank == 0:
        print(json.dumps({"ms": milliseconds}), flush=True)
    distributed.destroy_process_group()


if __name__ == "__main__":
    processes, leaves, batch, seconds = *map(int, sys.argv[1:4]), float(sys.argv[4])
    path = sys.argv[5]
    with tempfile.TemporaryDirectory() as directory:
        multiprocessing.spawn(
            run, (processes, leaves, batch, seconds, path, f"{directory}/meeting"), nprocs=processes
        )
