import Foundation
import Testing
import TestSupport

extension EndToEndTests {
    /// The Python package around the program.
    @Suite struct NotebookTests {
        private func python(_ program: String, in directory: String, path: String? = nil) throws -> String {
            let settings = [
                "TREEVAE_DIST='\(Program.path)'",
                "PYTHONPATH='\(path ?? Repository.root + "/launch/python")'",
                "PYTHONDONTWRITEBYTECODE=1", "OPENBLAS_NUM_THREADS=1",
            ].joined(separator: " ")
            try program.write(toFile: directory + "/program.py", atomically: true, encoding: .utf8)
            let status = system(
                "cd '\(directory)' && \(settings) '\(PythonDocument.interpreter)' -W ignore program.py >output 2>said </dev/null"
            )
            let said = String(
                decoding: FileManager.default.contents(atPath: directory + "/said") ?? Data(), as: UTF8.self)
            #expect(status == 0, "\(said.suffix(2000))")
            return try String(contentsOfFile: directory + "/output", encoding: .utf8)
        }

        /// scikit-learn's own questions to an estimator: shapes, types, errors, pickles, pipelines and more.
        @Test(.needs(.python("h5py")), .needs(.python("sklearn"))) func scikitLearnAcceptsTheEstimator()
            throws
        {
            try withTemporaryDirectory { directory in
                let output = try python(
                    """
                    from sklearn.utils.estimator_checks import check_clustering, check_estimator
                    from treevae_dist import TreeVAE
                    small = {"model.layers": [16, 16, 16], "model.latent": [2, 2, 2]}
                    # Clusters are looked for once, by a model that can find them; other checks ask for no good one.
                    check_clustering("TreeVAE", TreeVAE(n_leaves=3, epochs=10))
                    results = check_estimator(TreeVAE(n_leaves=2, epochs=1, settings=small), on_fail=None,
                                              expected_failed_checks={"check_clustering": "checked above"})
                    failed = [f"{result['check_name']}: {result['exception']}" for result in results if result["status"] == "failed"]
                    print(len(results) > 40, failed)
                    """, in: directory)
                #expect(output == "True []\n")
            }
        }

        /// Digits by `fit` and by the command line: the same model, so the same clusters.
        @Test(.needs(.python("h5py")), .needs(.python("sklearn"))) func fitIsTheCommandLine() throws {
            try withTemporaryDirectory { directory in
                let output = try python(
                    """
                    import os, subprocess, numpy, treevae_dist
                    from sklearn.datasets import load_digits
                    from sklearn.metrics import normalized_mutual_info_score
                    X, y = load_digits(return_X_y=True)
                    X, y = X[:600] / 16, y[:600]
                    small = {"model.layers": [32, 24, 24, 24], "model.latent": [6, 4, 4, 4]}
                    model = treevae_dist.TreeVAE(n_leaves=4, shape=(8, 8), epochs=6, random_state=3, n_ranks=2, settings=small).fit(X)
                    mine = normalized_mutual_info_score(y, model.labels_)

                    numpy.save("digits.npy", X.reshape(-1, 8, 8).astype("float32"))
                    numpy.save("labels.npy", y)
                    def run(*arguments):
                        return subprocess.run([os.environ["TREEVAE_DIST"], *arguments], check=True, capture_output=True, text=True).stdout
                    run("prepare", "npy", "--from", "digits.npy", "--label", "labels.npy", "--out", "data", "--test-fraction", "0", "--shards", "1")
                    run("train", "--data", "data", "--out", "run", "--quiet", "seed=3", "growth.max_leaves=4",
                        "model.layers=[32,24,24,24]", "model.latent=[6,4,4,4]",
                        *[f"training.epochs.{phase}=6" for phase in ("initial", "subtree", "intermediate", "finetune")])
                    import json
                    theirs = json.loads(run("eval", "--checkpoint", "run", "--split", "train", "--json"))["nmi"]
                    print(abs(mine - theirs) < 1e-9, mine > 0.2)

                    probabilities = model.predict_proba(X[:50])
                    print(probabilities.shape == (50, len(model.leaves_)), abs(probabilities.sum(axis=1) - 1).max() < 1e-5)
                    print((probabilities.argmax(axis=1) == model.labels_[:50]).all(), (model.predict(X[:50]) == model.labels_[:50]).all())
                    print(model.transform(X[:5]).shape[0], len(model.history_["loss"]) > 8, model.plot(X, y)._repr_svg_().startswith("<svg"))

                    run("export", "--checkpoint", "run", "--format", "linkage", "--out", "linkage.txt")
                    read = treevae_dist.read("run")
                    print((numpy.loadtxt("linkage.txt").reshape(-1, 4) == read.tree.linkage()).all(), read.input_shape, read.dataset)
                    print(read.tree.text().count("\\n") + 1 == len(read.tree), read.tree.newick().count("(") == len(read.tree.linkage()))
                    print(sum(tensor.size for tensor in read.tensors.values()) > 1000, read.history["phase"][0])
                    """, in: directory)
                #expect(
                    output == """
                        True True
                        True True
                        True True
                        5 True True
                        True (1, 8, 8) digits
                        True True
                        True initial

                        """)
            }
        }

        @Test(.needs(.python("h5py"))) func whatIsWrongIsSaidInTheProgramsWords() throws {
            try withTemporaryDirectory { directory in
                let output = try python(
                    """
                    import numpy, treevae_dist
                    X = numpy.random.default_rng(1).normal(size=(40, 3))
                    def said(action):
                        try:
                            action()
                        except Exception as error:
                            print(type(error).__name__, str(error)[:90])
                    said(lambda: treevae_dist.TreeVAE(settings={"growth.max_leafs": 3}).fit(X))
                    said(lambda: treevae_dist.TreeVAE().predict(X))
                    said(lambda: treevae_dist.read("program.py"))
                    """, in: directory)
                let lines = output.split(separator: "\n")
                #expect(lines.count == 3)
                #expect(
                    lines.first?.hasPrefix("ProgramError") == true
                        && lines.first?.contains("max_leafs") == true)
            }
        }

        /// From the checkout, into an environment of its own.
        @Test(.needs(.python("h5py")), .needs(.python("setuptools"))) func pipInstallsThePackage() throws {
            try withTemporaryDirectory { directory in
                // A copy, since setuptools leaves its traces beside the sources.
                let status = system(
                    """
                    cd '\(directory)' && cp -r '\(Repository.root)/launch/python' source && \
                    '\(PythonDocument.interpreter)' -m pip install --quiet --no-index --no-deps --no-build-isolation \
                        --target installed ./source >said 2>&1
                    """)
                #expect(
                    status == 0,
                    "\((try? String(contentsOfFile: directory + "/said", encoding: .utf8)) ?? "")")
                let output = try python(
                    "import treevae_dist; print(treevae_dist.__version__, 'installed' in treevae_dist.__file__)",
                    in: directory, path: directory + "/installed")
                #expect(output == "0.1.0 True\n")
            }
        }

        /// Hands a run on twice, with a stand-in for the package of the service; what the stand-in kept.
        private func handOn(_ script: String, in run: SmallRun, standIn: [String: String]) throws -> [String:
            Any]
        {
            try FileManager.default.createDirectory(
                atPath: run.directory + "/stand-in/mlflow", withIntermediateDirectories: true)
            for (name, text) in standIn {
                try text.write(
                    toFile: run.directory + "/stand-in/" + name, atomically: true, encoding: .utf8)
            }
            for _ in 0..<2 {
                let status = system(
                    "cd '\(run.directory)' && PYTHONPATH=stand-in '\(PythonDocument.interpreter)' '\(Repository.root)/launch/\(script)' run"
                )
                #expect(status == 0)
            }
            let kept = try Data(contentsOf: URL(fileURLWithPath: run.directory + "/kept.json"))
            return try #require(JSONSerialization.jsonObject(with: kept) as? [String: Any])
        }

        /// Every epoch comes once, however often the importer runs.
        @Test(.needs(.python("yaml"))) func weightsAndBiasesGetsEpochsOnce() throws {
            try withTrainedRun { run in
                let kept = try handOn(
                    "to-wandb", in: run,
                    standIn: [
                        "wandb.py": """
                        import json, os
                        class Run:
                            def __init__(self, config):
                                self.steps = json.load(open("kept.json"))["steps"] if os.path.exists("kept.json") else []
                                self.config = config
                            @property
                            def step(self): return len(self.steps)
                            def log(self, values, step):
                                assert step == len(self.steps)
                                self.steps.append(values)
                            def finish(self):
                                json.dump({"steps": self.steps, "config": self.config}, open("kept.json", "w"))
                        def init(*, project, name, id, resume, config):
                            assert (project, name, len(id), resume) == ("treevae-dist", "run", 16, "allow")
                            return Run(config)
                        """
                    ])
                let steps = try #require(kept["steps"] as? [[String: Any]])
                #expect(steps.compactMap { $0["phase"] as? String } == SmallRun.phases)
                let settings = try #require(kept["config"] as? [String: Any])
                #expect(settings["growth.max_leaves"] as? Int == 4 && settings["model.layers"] is [Int])
            }
        }

        @Test(.needs(.python("yaml"))) func mlflowGetsEpochsOnce() throws {
            try withTrainedRun { run in
                let kept = try handOn(
                    "to-mlflow", in: run,
                    standIn: [
                        "mlflow/entities.py": """
                        from collections import namedtuple
                        Metric = namedtuple("Metric", "name value time step")
                        Param = namedtuple("Param", "name value")
                        RunTag = namedtuple("RunTag", "name value")
                        """,
                        "mlflow/__init__.py": """
                        import json, os
                        from types import SimpleNamespace as Some
                        def set_experiment(name): return Some(experiment_id=name)
                        class MlflowClient:
                            def __init__(self):
                                self.kept = json.load(open("kept.json")) if os.path.exists("kept.json") else {}
                            def found(self): return Some(info=Some(run_id="1"))
                            def search_runs(self, experiments, filter):
                                assert self.kept.get("key", "'") in filter
                                return [self.found()] if self.kept else []
                            def create_run(self, experiment, run_name, tags):
                                assert (experiment, run_name) == ("treevae-dist", "run")
                                self.kept = {"key": tags["treevae_run"], "metrics": [], "params": [], "tags": [], "files": []}
                                return self.found()
                            def log_batch(self, run, metrics=(), params=(), tags=()):
                                assert len(metrics) <= 1000 and len(params) <= 100
                                assert all(isinstance(m.value, (int, float)) for m in metrics)
                                for kind, values in [("metrics", metrics), ("params", params), ("tags", tags)]:
                                    self.kept[kind] += values
                            def log_artifact(self, run, path): self.kept["files"].append(os.path.basename(path))
                            def get_metric_history(self, run, name): return [m for m in self.kept["metrics"] if m[0] == name]
                            def set_terminated(self, run): json.dump(self.kept, open("kept.json", "w"))
                        """,
                    ])
                let metrics = try #require(kept["metrics"] as? [[Any]])
                let losses = metrics.filter { $0[0] as? String == "loss" }
                #expect(losses.compactMap { $0[3] as? Int } == Array(SmallRun.phases.indices))
                let parameters = try #require(kept["params"] as? [[String]])
                #expect(parameters.contains(["growth.max_leaves", "4"]))
                #expect((kept["files"] as? [String])?.prefix(2) == ["config.yml", "report.html"])
            }
        }
    }
}
