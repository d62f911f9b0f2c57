extension EndToEndTests.DocumentationTests {
    /// A block that is not run: its page, its first line, and why.
    struct Exception {
        let page: String
        let block: String
        let reason: String

        init(_ page: String, _ block: String, _ reason: String) {
            (self.page, self.block, self.reason) = (page, block, reason)
        }
    }

    /// All blocks that are not run, of those that are not just shown.
    static let exceptions = [
        Exception(
            "README.md", "launch/quickstart wine.csv --label quality",
            "builds the program; QuickstartTests run the rest"),
        Exception(
            "docs/notebook.md", "pip install ./launch/python",
            "installs into the reader's Python; NotebookTests install into one of their own"),
        Exception(
            "docs/notebook.md", "launch/to-wandb runs/strokes --project trees",
            "hands data on to a service; NotebookTests hand them to a stand-in"),
        Exception(
            "README.md", "launch/quickstart   # installs what is missing, builds, and trains on 2 ranks",
            "builds the program and runs all tests"),
        Exception(
            "CONTRIBUTING.md", "launch/mutate                                  # all, some twenty minutes",
            "builds the program fifteen times"),
        Exception("CONTRIBUTING.md", "launch/fuzz --seconds 3600", "runs for an hour"),
        Exception(
            "CONTRIBUTING.md",
            "launch/setup                     # installs what is missing; quick when nothing is",
            "builds the program and runs all tests"),
        Exception(
            "CONTRIBUTING.md",
            ".build/tests/release/treevae-distPackageTests.xctest --testing-library swift-testing --filter EndToEndTests",
            "runs these tests"),
        Exception(
            "CONTRIBUTING.md",
            "timeout 10m mpirun -np 2 .build/tests/release/treevae-distPackageTests.xctest \\",
            "runs tests"),
        Exception(
            "CONTRIBUTING.md",
            "swift format -i -r Sources Tests      # the rules are in .swift-format",
            "changes the sources"),
        Exception(
            "docs/baselines.md",
            "treevae-dist reproduce table1 --data data --downloads downloads --seeds 1-10 --schedule tenth --out runs/tables",
            "downloads data sets, and trains for hours"),
        Exception("CONTRIBUTING.md", "swift build", "builds the program, and starts a debugger"),
        Exception(
            "CONTRIBUTING.md", "mpirun -np 4 .build/debug/treevae-dist train ... --pause-rank 2",
            "waits for a debugger"),
        Exception(
            "docs/clusters.md", "TREEVAE_MARCH=x86-64-v3 swift build -c release", "builds the program"),
        Exception(
            "docs/clusters.md",
            "mpirun -np 64 --map-by core treevae-dist train --config configs/mnist.yml --data data/mnist --out runs/mnist",
            "needs 64 cores, and MNIST"),
        Exception(
            "docs/clusters.md",
            "launch/package --march x86-64-v3      # dist/treevae-dist-…-x86-64-v3.tar.gz and dist/treevae-dist_…_amd64.deb",
            "builds the program; PackageTests do"),
        Exception("docs/clusters.md", "TREEVAE_MPI=mpich swift build -c release", "builds the program"),
        Exception(
            "docs/clusters.md",
            "mpirun --hostfile hosts -np 32 --map-by core treevae-dist train --data data/mnist --out runs/mnist",
            "needs two nodes, and MNIST"),
        Exception(
            "docs/clusters.md",
            "qsub -l select=2:ncpus=16:mpiprocs=16 -l walltime=12:00:00 -- /bin/bash -c 'cd \"$PBS_O_WORKDIR\" && mpirun --map-by core \\",
            "needs PBS"),
        Exception(
            "docs/clusters.md", "bsub -n 32 -R 'span[ptile=16]' -W 12:00 -r -wa USR1 -wt 5 \\", "needs LSF"),
        Exception("docs/clusters.md", "sbatch launch/slurm.sbatch seed=1", "needs Slurm"),
        Exception("docs/clusters.md", "sbatch --array=1-20 launch/slurm.sbatch", "needs Slurm"),
        Exception(
            "docs/clusters.md", "mpirun -np 4 treevae-dist train --data data/mnist --pause-rank 2",
            "waits for a debugger"),
        Exception(
            "docs/datasets.md",
            "launch/fetch-data omniglot    # to data/downloads/omniglot, then shards in data/omniglot",
            "downloads Omniglot"),
        Exception(
            "docs/performance.md", "launch/bench-peer                      # tables",
            "downloads PyTorch, and measures for many minutes"),
        Exception(
            "docs/reference-weights.md", "import numpy, torch",
            "needs PyTorch, and a run of the authors' program"),
        Exception(
            "docs/reference-weights.md", "import numpy, torch, yaml",
            "needs PyTorch and the authors' program"),
        Exception(
            "docs/results.md", "launch/fetch-data mnist", "downloads MNIST, and trains for most of an hour"),
        Exception(
            "docs/results.md", "launch/fetch-data omniglot-5", "downloads Omniglot, and trains for an hour"),
        Exception(
            "docs/results.md", "launch/fetch-data 20newsgroups",
            "downloads 20 Newsgroups, and trains for an hour"),
        Exception("docs/tutorial.md", "launch/install", "builds and installs the program"),
        Exception(
            "docs/tutorial.md",
            "mpirun -np 2 treevae-dist train --config configs/strokes.yml --data data/strokes --out runs/strokes",
            "trains for a minute; a shorter run is there in its place"),
        Exception(
            "docs/tutorial.md",
            "launch/fetch-data mnist    # downloads, checks, and prepares data/mnist",
            "downloads MNIST, and trains for minutes"),
    ]
}
