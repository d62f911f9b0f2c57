import Datasets
import Foundation
import Store
import Testing
import TestSupport

extension EndToEndTests {
    /// Preparation of the paper's data, where a copy of it lies beside the package; and what Pillow and scikit-learn
    /// make of the same files.
    @Suite struct PaperDataTests {
        /// Prepares a data set in `directory/out`, and returns what was printed: the numbers of samples, and those
        /// of each class, by split.
        private func prepare(
            _ name: String, from path: String, in directory: String
        ) throws -> [String: (count: Int, classes: [Int])] {
            let outcome = try Program.run(
                ["prepare", name, "--from", Repository.sharedData + "/" + path, "--out", "out"],
                in: directory,
                seconds: 300)
            #expect(outcome.status == 0, "\(outcome.errors)")
            var splits: [String: (count: Int, classes: [Int])] = [:]
            var last = ""
            for line in outcome.output.split(separator: "\n").dropFirst() {
                let words = line.split(separator: " ")
                if line.hasPrefix("  ") {
                    splits[last]?.classes.append(try #require(Int(words[1])))
                } else {
                    last = String(words[0].dropLast())
                    splits[last] = (try #require(Int(words[1])), [])
                }
            }
            return splits
        }

        /// Python that collects the shards in `out`: `splits[name]` has `x`, `y` and `ids`.
        private static let reading = """
            import glob, h5py, io, numpy, random, sys, tarfile, zipfile
            splits = {}
            for split in "train", "test":
                files = [h5py.File(name) for name in sorted(glob.glob(f"out/{split}-*.h5"))]
                splits[split] = {
                    "x": numpy.concatenate([f["x"][:] for f in files]),
                    "y": numpy.concatenate([f["y"][:] for f in files]),
                    "ids": [i for f in files for i in f["ids"].asstr()[:]],
                    "names": [n.decode() for n in files[0].attrs["class_names"]],
                    "features": list(files[0]["feature_names"].asstr()[:]) if "feature_names" in files[0] else [],
                }

            """

        @Test(
            .needs(.sharedData("omniglot/images_background.zip")), .needs(.python("h5py")),
            .needs(.python("PIL")))
        func omniglotIsPillows() throws {
            try withTemporaryDirectory { directory in
                let splits = try prepare("omniglot", from: "omniglot", in: directory)
                #expect(splits["train"]?.count == 25_968 && splits["test"]?.count == 6_492)
                #expect(splits["train"]?.classes.count == 50)
                // Four of the twenty drawings of each character, 26 characters in the alphabet of Arcadian.
                #expect(splits["train"]?.classes[2] == 26 * 16 && splits["test"]?.classes[2] == 26 * 4)
                let program =
                    Self.reading + """
                        from PIL import Image
                        archives = {n: zipfile.ZipFile(f"\(Repository.sharedData)/omniglot/{n}.zip")
                                    for n in ("images_background", "images_evaluation")}
                        random.seed(5)
                        worst = 0
                        for k in range(500):
                            part = splits[random.choice(["train", "train", "train", "train", "test"])]
                            i = random.randrange(len(part["ids"]))
                            name = part["ids"][i] + ".png"
                            image = Image.open(io.BytesIO(archives[name.split("/")[0]].read(name))).convert("L")
                            expected = numpy.asarray(image.resize((28, 28), Image.Resampling.BILINEAR)).astype(int)
                            worst = max(worst, abs(part["x"][i, 0] - expected).max())
                            assert part["names"][part["y"][i]] == name.split("/")[1]
                        both = splits["train"]["ids"] + splits["test"]["ids"]
                        print(worst, len(set(both)))
                        """
                #expect(try PythonDocument.run(program, in: directory) == "0 32460\n")
            }
        }

        @Test(.needs(.sharedData("omniglot/images_background.zip")))
        func fiveAlphabetsHaveTheirKnownCounts() throws {
            try withTemporaryDirectory { directory in
                let splits = try prepare("omniglot-5", from: "omniglot", in: directory)
                #expect(splits["train"]?.count == 3_328 && splits["test"]?.count == 832)
                #expect(splits["train"]?.classes == [26, 45, 45, 46, 46].map { $0 * 16 })
                #expect(splits["test"]?.classes == [26, 45, 45, 46, 46].map { $0 * 4 })
            }
        }

        @Test(.needs(.sharedData("20newsgroups/20news-bydate.tar.gz")))
        func newsgroupsHaveTheirKnownCounts() throws {
            try withTemporaryDirectory { directory in
                let splits = try prepare("20newsgroups", from: "20newsgroups", in: directory)
                #expect(
                    splits["train"]?.classes == [
                        480, 584, 591, 590, 578, 593, 585, 594, 598, 597, 600, 595, 591, 594, 593, 599, 546,
                        564,
                        465, 377,
                    ])
                #expect(
                    splits["test"]?.classes == [
                        319, 389, 394, 392, 385, 395, 390, 396, 398, 397, 399, 396, 393, 396, 394, 398, 364,
                        376,
                        310, 251,
                    ])
                #expect(splits["train"]?.count == 11_314 && splits["test"]?.count == 7_532)
                let vocabulary = try bytes(of: Repository.sharedData + "/20newsgroups/bow2000/vocabulary.txt")
                let words = vocabulary.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
                #expect(try Dataset.load(directory: directory + "/out", split: .test).featureNames == words)
            }
        }

        @Test(
            .needs(.sharedData("20newsgroups/20news-bydate.tar.gz")), .needs(.python("h5py")),
            .needs(.python("sklearn")))
        func newsgroupsAreScikitLearns() throws {
            try withTemporaryDirectory { directory in
                _ = try prepare("20newsgroups", from: "20newsgroups", in: directory)
                let program =
                    Self.reading + """
                        from sklearn.feature_extraction.text import TfidfVectorizer
                        texts = {"train": {}, "test": {}}
                        with tarfile.open("\(Repository.sharedData)/20newsgroups/20news-bydate.tar.gz") as archive:
                            for member in archive:
                                if member.isfile():
                                    top, group, number = member.name.split("/")
                                    text = archive.extractfile(member).read().decode("latin-1")
                                    texts[top.split("-")[-1]][group + "/" + number] = text
                        train = splits["train"]
                        corpus = [texts["train"][i] for i in train["ids"]]
                        theirs = TfidfVectorizer(max_features=2000).fit(corpus)
                        # Which of several terms of equal count come last depends on the processor.
                        changed = set(theirs.get_feature_names_out()) ^ set(train["features"])
                        words = TfidfVectorizer(vocabulary=sorted(changed) or ["the"], use_idf=False, norm=None)
                        assert len(set(words.fit_transform(corpus).sum(axis=0).tolist()[0])) == 1, changed
                        same = TfidfVectorizer(vocabulary=train["features"]).fit(corpus)
                        worst = 0
                        for split, part in splits.items():
                            assert sorted(part["ids"]) == sorted(texts[split])
                            expected = same.transform([texts[split][i] for i in part["ids"]]).toarray()
                            worst = max(worst, abs(part["x"] - expected).max())
                            assert [part["names"][y] for y in part["y"]] == [i.split("/")[0] for i in part["ids"]]
                        print(worst < 1e-6)
                        """
                #expect(try PythonDocument.run(program, in: directory) == "True\n")
            }
        }

        @Test(.needs(.sharedData("cifar-10/exact")))
        func cifarHasItsKnownCounts() throws {
            try withTemporaryDirectory { directory in
                let splits = try prepare("cifar-10", from: "cifar-10/exact", in: directory)
                #expect(splits["train"]?.count == 4_656 && splits["test"]?.count == 164)
                // Labels of the whole set, by official record.
                for (split, name) in [(Split.train, "train"), (.test, "test")] {
                    let labels = try IdxFile(
                        path: "\(Repository.sharedData)/cifar-10/labels-\(name)-idx1-ubyte.gz", dimensions: 1)
                    let dataset = try Dataset.load(directory: directory + "/out", split: split)
                    guard case .numbers(let numbers) = dataset.ids else {
                        Issue.record("ids are not numbers")
                        continue
                    }
                    #expect(dataset.labels == numbers.map { Int32(labels.bytes[$0]) })
                }
            }
        }

        @Test(.needs(.sharedData("cifar-100/test.bin.gz")))
        func cifar100MayBeItsTestSplitAlone() throws {
            try withTemporaryDirectory { directory in
                let splits = try prepare("cifar-100", from: "cifar-100", in: directory)
                #expect(splits.count == 1 && splits["test"]?.count == 20)
            }
        }
    }
}
