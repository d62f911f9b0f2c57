import Foundation
import TestSupport

/// What the pages of the documentation take for granted: *strokes* and a small model of them, and files of one's own.
enum DocumentationLibrary {
    /// Makes it, in the folder `library`.
    static func make(_ shell: DocumentationShell) throws {
        let folder = shell.directory + "/library"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ownFiles.write(toFile: folder + "/own.py", atomically: true, encoding: .utf8)
        try shell.run(
            "ln -s '\(Repository.root)/configs' '\(Repository.root)/launch' .\n" + commands, in: "library"
        )
    }

    /// Copies it for a page; what is large is shared.
    /// - Returns: the page's folder.
    static func lend(to page: String, _ shell: DocumentationShell) throws -> String {
        let folder = page.replacing("/", with: "-")
        try shell.run("cp -rP library '\(folder)' && rm -r '\(folder)/data/strokes'\n", in: ".")
        if !makers.contains(page) {
            try shell.run("ln -s ../../library/data/strokes data/strokes\n", in: folder)
        }
        return folder
    }

    /// Pages that prepare *strokes* themselves.
    private static let makers: Set<String> = ["docs/tutorial.md"]

    private static let commands = """
        treevae-dist prepare strokes --out data/strokes
        treevae-dist train --quiet --config configs/strokes.yml --data data/strokes --out runs/strokes \\
            data.limit=1000 growth.max_leaves=3 \\
            training.epochs.initial=1 training.epochs.subtree=1 training.epochs.finetune=1 \\
            training.epochs.intermediate=0 growth.prune=false
        ln -s runs/strokes/model.h5 model.h5
        treevae-dist export --checkpoint model.h5 --format safetensors --out weights.safetensors --tree tree.npy
        python own.py
        """

    /// Files such as users have: a table with gaps, pictures in directories by class, digits, single cells.
    private static let ownFiles = """
        import os

        import h5py
        import numpy
        from PIL import Image

        random = numpy.random.default_rng(1)
        kinds = random.integers(0, 2, 120)

        with open("wine.csv", "w") as table:
            print("bottle,acidity,sugar,alcohol,quality", file=table)
            for bottle, kind in enumerate(kinds):
                values = [f"{value:.3f}" for value in random.normal(3 * kind, 1, 3)]
                if bottle % 40 == 0:
                    values[1] = ""
                print(f"b{bottle}", *values, ["good", "better"][kind], sep=",", file=table)

        for number, kind in enumerate(kinds[:40]):
            folder = ["photos/cats", "photos/dogs"][kind]
            os.makedirs(folder, exist_ok=True)
            pixels = random.integers(0, 80, (40, 50, 3)) + [0, 160][kind]
            Image.fromarray(pixels.astype("uint8")).save(f"{folder}/{number}.png")

        numpy.savez("digits.npz", x=random.integers(0, 17, (100, 8, 8), dtype="uint8"), y=kinds[:100])

        def described(item, kind, version, **attributes):
            item.attrs.update({"encoding-type": kind, "encoding-version": version, **attributes})

        def texts(group, name, values):
            item = group.create_dataset(name, data=values, dtype=h5py.string_dtype())
            described(item, "string-array", "0.2.0")

        with h5py.File("cells.h5ad", "w") as f:
            described(f, "anndata", "0.1.0")
            counts = random.poisson(2, (90, 12)).astype("float32")
            described(f.create_dataset("X", data=numpy.log1p(counts)), "array", "0.2.0")
            described(f.create_group("layers"), "dict", "0.1.0")
            described(f.create_dataset("layers/counts", data=counts), "array", "0.2.0")
            for name, count, columns in ("obs", 90, ["cell_type"]), ("var", 12, []):
                group = f.create_group(name)
                order = numpy.array(columns, dtype=h5py.string_dtype())
                described(group, "dataframe", "0.2.0", **{"_index": "_index", "column-order": order})
                texts(group, "_index", [f"{name}{i}" for i in range(count)])
            cell_type = f["obs"].create_group("cell_type")
            described(cell_type, "categorical", "0.2.0", ordered=False)
            described(cell_type.create_dataset("codes", data=kinds[:90].astype("int8")), "array", "0.2.0")
            texts(cell_type, "categories", ["B cell", "T cell"])
        """
}
