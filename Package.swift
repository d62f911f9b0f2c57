// swift-tools-version: 6.3
import PackageDescription

/// The instruction set that the C kernels are compiled for. A cluster of mixed nodes sets its oldest
/// node's, for example `TREEVAE_MARCH=x86-64-v3 swift build -c release`.
let architecture = Context.environment["TREEVAE_MARCH"] ?? "native"

/// The MPI library, by its name in pkg-config: `ompi-c` (Open MPI), `mpich` (MPICH, and what is built on it). launch/setup finds
/// the one that is there; of others it makes an entry out of `mpicc -show`.
let mpi = Context.environment["TREEVAE_MPI"] ?? "ompi-c"

let package = Package(
    name: "treevae-dist",
    products: [
        .executable(name: "treevae-dist", targets: ["treevae-dist"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    // A target names every module that it imports, also where another one it names brings it along: an incremental
    // build compiles again what depends on a changed module by name, and nothing else.
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CMPI", pkgConfig: mpi, providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),

        // The vector loops, compiled with optimisation in every configuration: an unoptimised kernel
        // would make a debug build useless for anything but stepping through Swift.
        .target(
            name: "CKernels",
            cSettings: [
                .unsafeFlags(["-O3", "-march=\(architecture)", "-fno-math-errno"]),
                .define("KERNELS_MARCH", to: "\"\(architecture)\""),
            ],
            linkerSettings: [.linkedLibrary("m")]
        ),

        .target(name: "CCheckedFile", dependencies: ["CHDF5"]),

        // The rooms, lowest first.
        .target(name: "Bounds"),
        .target(name: "Archives", dependencies: ["Bounds", "CArchive", "CZlib"]),
        .target(name: "Augmentations", dependencies: ["CKernels"]),
        .target(name: "Hosts"),
        .target(name: "Collectives", dependencies: ["CMPI", "Hosts"]),
        .target(name: "Spelling"),
        .target(name: "Configuration", dependencies: ["Spelling", "Yams"]),
        .target(name: "Files", dependencies: ["Bounds", "CXXHash", "Spelling"]),
        .target(name: "Images", dependencies: ["Bounds", "CKernels", "CPNG", "CTurboJPEG"]),
        .target(name: "Store", dependencies: ["Bounds", "CCheckedFile", "CHDF5", "CZlib", "Files"]),
        .target(
            name: "Datasets",
            dependencies: [
                "Archives", "Bounds", "Files", "Images", "Spelling", "Store",
            ]),
        .target(name: "Kernels", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "Layers", dependencies: ["Kernels"]),
        .target(
            name: "Batches",
            dependencies: [
                "Augmentations", "Collectives", "Configuration", "Datasets", "Files", "Kernels", "Layers",
                "Store",
            ]),
        .target(name: "ClusterMetrics", dependencies: ["Bounds"]),
        .target(name: "Networks", dependencies: ["Kernels", "Layers"]),
        .target(name: "RunLog", dependencies: ["Files", "Spelling"]),
        .target(name: "Topology"),
        .target(name: "TreeModel", dependencies: ["Kernels", "Layers", "Networks", "Topology"]),
        .target(
            name: "Checkpoints",
            dependencies: [
                "Bounds", "ClusterMetrics", "Collectives", "Configuration", "Files", "Kernels", "Layers",
                "Networks", "RunLog", "Spelling", "Store", "Topology", "TreeModel",
            ]),
        .target(name: "Drawing"),
        .target(
            name: "Inference",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Datasets", "Drawing", "Files",
                "Kernels", "Layers", "RunLog", "Store", "Topology", "TreeModel",
            ]),
        .target(name: "Defaults", dependencies: ["Configuration", "Datasets"]),
        .target(name: "Growth", dependencies: ["Kernels", "Layers", "Topology", "TreeModel"]),
        // Style and script are compiled in, so that the program needs no file beside it.
        .target(
            name: "Report",
            dependencies: [
                "ClusterMetrics", "Drawing", "RunLog",
            ],
            exclude: ["Resources"],
            plugins: ["EmbeddedText"]),
        .target(
            name: "ModelReport",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Datasets",
                "Images", "Inference", "Kernels", "Layers", "Report", "RunLog", "Topology", "TreeModel",
            ]),
        .target(name: "RunProgress", dependencies: ["Checkpoints", "Configuration", "RunLog", "Store"]),
        .target(
            name: "Training",
            dependencies: [
                "Batches", "Bounds", "Checkpoints", "Collectives", "Configuration", "Datasets", "Defaults",
                "Files", "Growth", "Inference", "Kernels", "Layers", "ModelReport", "Networks", "Report",
                "RunLog", "RunProgress", "Store", "Topology", "TreeModel",
            ]),
        .target(
            name: "DeepECT",
            dependencies: [
                "Augmentations", "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration",
                "Datasets", "Inference", "Kernels", "Layers", "RunLog", "RunProgress", "Store", "Topology",
                "Training", "TreeModel",
            ]),
        .target(
            name: "Benchmarks",
            dependencies: [
                "Batches", "Checkpoints", "Collectives", "Configuration", "Datasets", "Inference",
                "Kernels", "Layers", "Networks", "Store", "Topology", "Training", "TreeModel",
            ]),
        .target(
            name: "CommandSupport",
            dependencies: [
                "Checkpoints", "Collectives", "Files", "Spelling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "BenchmarkCommands",
            dependencies: [
                "Benchmarks", "Checkpoints", "Collectives", "CommandSupport", "Configuration", "Kernels",
                "Training", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "CommandOptions",
            dependencies: [
                "Checkpoints", "Collectives", "Datasets", "Files", "Inference", "Spelling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "Sweeps",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "CommandSupport", "Configuration",
                "Datasets", "DeepECT", "Files", "Inference", "RunLog", "RunProgress", "Store",
                "Topology", "Training", "TreeModel",
            ]),
        .target(
            name: "Ward",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Datasets", "Files",
                "Inference", "Kernels", "Layers", "Store", "TreeModel",
            ]),
        .target(
            name: "Reproduction",
            dependencies: [
                "Checkpoints", "Collectives", "CommandSupport", "Configuration", "Datasets", "DeepECT",
                "Files", "Inference", "Store", "Sweeps", "Training", "Ward",
            ]),
        .target(
            name: "ComparisonCommands",
            dependencies: [
                "Checkpoints", "Collectives", "CommandOptions", "CommandSupport", "Configuration",
                "Datasets", "Reproduction", "RunLog", "Sweeps", "Training", "Ward",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "Doctor",
            dependencies: [
                "Collectives", "CommandSupport", "Datasets", "Files", "Kernels", "Store",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "GradientCheck",
            dependencies: [
                "Kernels", "Layers", "Networks", "Topology", "TreeModel",
            ]),
        .target(name: "Safetensors", dependencies: ["Bounds", "Files"]),
        .target(
            name: "ReferenceWeights",
            dependencies: [
                "Bounds", "Checkpoints", "ClusterMetrics", "Configuration", "Datasets", "Files", "Layers",
                "Networks", "Safetensors", "Topology", "TreeModel",
            ]),
        .target(
            name: "ResultCommands",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "CommandOptions", "CommandSupport",
                "Configuration", "Datasets", "DeepECT", "Drawing", "Files", "Images", "Inference",
                "ReferenceWeights", "Report", "RunLog", "RunProgress", "Spelling", "Store", "Sweeps",
                "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // Knows the commit that is built, which the plugin writes into it.
        .target(name: "Version", plugins: ["BuildFacts"]),
        .plugin(name: "BuildFacts", capability: .buildTool()),
        .plugin(name: "EmbeddedText", capability: .buildTool()),
        .executableTarget(
            name: "treevae-dist",
            dependencies: [
                "BenchmarkCommands", "Checkpoints", "Collectives", "CommandOptions", "CommandSupport",
                "ComparisonCommands", "Configuration", "Datasets", "DeepECT", "Doctor", "GradientCheck",
                "Images", "Kernels", "ResultCommands", "RunLog", "RunProgress", "Spelling", "Store",
                "Topology", "Training", "Version",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // What tests share, and the tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "CArchive", "Collectives", "CTurboJPEG", "Datasets", "Files", "Images", "Layers", "Store",
            ],
            path: "Tests/TestSupport"),
        .target(
            name: "RunSupport",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Inference", "Kernels",
                "Networks", "RunLog", "Store", "TestSupport", "ThreadRanks", "Topology", "Training",
                "TreeModel",
            ],
            path: "Tests/RunSupport"),
        .target(name: "ThreadRanks", dependencies: ["Collectives"], path: "Tests/ThreadRanks"),
        // Damaged files for every reader; launch/fuzz.
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "CommandSupport",
                "Configuration", "Datasets", "Defaults", "Files", "Images", "Inference",
                "ReferenceWeights", "RunLog", "RunProgress", "Store", "Sweeps", "TestSupport", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Fuzz"),
        // In front of malloc, for all tests: SwiftPM links them into one program.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "AllocationTests",
            dependencies: [
                "AllocationCounter", "Checkpoints", "Collectives", "Datasets", "RunLog", "RunProgress",
                "TestSupport", "Training",
            ]),
        .testTarget(name: "ArchivesTests", dependencies: ["Archives", "TestSupport"]),
        .testTarget(name: "AugmentationsTests", dependencies: ["Augmentations", "TestSupport"]),
        .testTarget(
            name: "BatchesTests",
            dependencies: [
                "Augmentations", "Batches", "Checkpoints", "Collectives", "Configuration", "Datasets",
                "Files", "Inference", "Kernels", "Layers", "RunSupport", "Store", "TestSupport",
                "ThreadRanks", "Training",
            ]),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: [
                "Benchmarks", "Checkpoints", "Collectives", "Configuration", "Kernels", "Layers",
                "Networks", "ReferenceWeights", "Store", "TestSupport", "ThreadRanks", "Training",
                "TreeModel",
            ]),
        .testTarget(
            name: "CheckpointsTests",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Files", "Kernels", "Networks", "Report",
                "RunLog", "RunSupport", "Store", "TestSupport", "Topology", "TreeModel",
            ]),
        .testTarget(name: "ClusterMetricsTests", dependencies: ["ClusterMetrics", "TestSupport"]),
        .testTarget(
            name: "CollectivesTests",
            dependencies: [
                "Benchmarks", "CMPI", "Collectives", "Hosts", "TestSupport", "ThreadRanks",
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "BenchmarkCommands", "Checkpoints", "CommandSupport", "Images", "ResultCommands",
                "treevae-dist", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: [
                "Archives", "Datasets", "Files", "Images", "Store", "TestSupport",
            ]),
        .testTarget(
            name: "DeepECTTests",
            dependencies: [
                "Checkpoints", "Collectives", "Configuration", "Datasets", "DeepECT", "Files",
                "GradientCheck", "Kernels", "Layers", "RunLog", "RunSupport", "TestSupport", "ThreadRanks",
                "Topology", "Training", "TreeModel",
            ]),
        .testTarget(name: "DefaultsTests", dependencies: ["Configuration", "Datasets", "Defaults"]),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "Collectives", "Doctor", "TestSupport", "ThreadRanks",
            ]),
        // The program is a dependency so that it is built beside the tests that run it.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Datasets", "Files", "Fuzz", "Images", "Store", "TestSupport", "treevae-dist", "Version",
            ]),
        .testTarget(name: "GradientCheckTests", dependencies: ["GradientCheck", "Kernels", "Layers"]),
        .testTarget(
            name: "GrowthTests",
            dependencies: [
                "Growth", "Layers", "Networks", "TestSupport", "Topology", "TreeModel",
            ]),
        .testTarget(name: "HouseTests", dependencies: ["TestSupport"]),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "TestSupport"]),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Datasets", "Files",
                "Inference", "RunSupport", "Store", "TestSupport", "ThreadRanks", "TreeModel",
            ]),
        .testTarget(
            name: "KernelsTests",
            dependencies: [
                "CKernels", "Collectives", "Kernels", "ThreadRanks",
            ]),
        .testTarget(
            name: "LayersTests",
            dependencies: [
                "Collectives", "Kernels", "Layers", "TestSupport", "ThreadRanks",
            ]),
        .testTarget(
            name: "ModelReportTests",
            dependencies: [
                "Checkpoints", "Images", "Inference", "ModelReport", "TestSupport",
            ]),
        .testTarget(
            name: "ReferenceWeightsTests",
            dependencies: [
                "Checkpoints", "Configuration", "Datasets", "Kernels", "Layers", "Networks",
                "ReferenceWeights", "RunSupport", "Safetensors", "Store", "TestSupport", "Topology",
                "TreeModel",
            ]),
        .testTarget(
            name: "ReportTests",
            dependencies: [
                "ClusterMetrics", "Drawing", "Report", "RunLog", "TestSupport",
            ]),
        .testTarget(
            name: "ReproductionTests",
            dependencies: [
                "Configuration", "Files", "Reproduction", "RunSupport", "Store", "TestSupport",
                "ThreadRanks",
            ]),
        .testTarget(name: "RunLogTests", dependencies: ["Files", "RunLog", "TestSupport"]),
        .testTarget(
            name: "RunProgressTests",
            dependencies: [
                "Checkpoints", "Configuration", "RunProgress",
            ]),
        .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"]),
        .testTarget(name: "StoreTests", dependencies: ["Files", "Spelling", "Store", "TestSupport"]),
        .testTarget(
            name: "SweepsTests",
            dependencies: [
                "Checkpoints", "Files", "RunSupport", "Sweeps", "TestSupport", "ThreadRanks", "Topology",
                "TreeModel",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Checkpoints", "Collectives", "Configuration", "Files", "Kernels", "Layers", "Networks",
                "RunLog", "RunSupport", "Store", "TestSupport", "Topology", "Training", "TreeModel",
            ]),
        .testTarget(
            name: "TreeModelTests",
            dependencies: [
                "Collectives", "Kernels", "Layers", "Networks", "TestSupport", "ThreadRanks", "Topology",
                "TreeModel",
            ]),
        .testTarget(
            name: "WardTests",
            dependencies: [
                "ClusterMetrics", "Collectives", "TestSupport", "ThreadRanks", "Ward",
            ]),
    ]
)

// Optimisation takes two thirds of a compilation. Rooms that read options and settings and write texts go without, in every
// build, so that what is tested is what is used; so do tests, but for those whose oracle
// is a whole model.
let unoptimised: Set = [
    "BenchmarkCommands", "CommandOptions", "CommandSupport", "ComparisonCommands", "Configuration",
    "Doctor", "Fuzz", "Report", "ResultCommands", "treevae-dist",
]
for target in package.targets
where target.type == .test && target.name != "TreeModelTests" || unoptimised.contains(target.name) {
    target.swiftSettings = [.unsafeFlags(["-Onone"])]
}

// API documentation is made on request (launch/docs); other builds do not fetch what makes it.
if Context.environment["TREEVAE_DOCUMENTATION"] != nil {
    package.dependencies.append(
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
