// swift-tools-version: 6.3
import PackageDescription

/// The instruction set that the C kernels are compiled for. A cluster of mixed nodes sets its oldest
/// node's, for example `TREEVAE_MARCH=x86-64-v3 swift build -c release`.
let architecture = Context.environment["TREEVAE_MARCH"] ?? "native"

let package = Package(
    name: "treevae-dist",
    products: [
        .executable(name: "treevae-dist", targets: ["treevae-dist"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    // A target names every module that it imports, also where another one it names brings it along: an incremental
    // build compiles again what depends on a changed module by name, and nothing else.
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
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
                .unsafeFlags(["-O3", "-march=\(architecture)", "-fno-math-errno"])
            ],
            linkerSettings: [.linkedLibrary("m")]
        ),

        .target(name: "Kernels", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "Layers", dependencies: ["Kernels"]),
        .target(name: "TreeModel", dependencies: ["Kernels", "Layers"]),
        .target(name: "GradientCheck", dependencies: ["Kernels", "Layers", "TreeModel"]),
        .target(name: "Growth", dependencies: ["Kernels", "Layers", "TreeModel"]),
        .target(name: "Collectives", dependencies: ["CMPI"]),
        .target(name: "CCheckedFile", dependencies: ["CHDF5"]),
        .target(name: "Store", dependencies: ["CCheckedFile", "CHDF5", "CXXHash", "CZlib"]),
        .target(name: "Safetensors", dependencies: ["Store"]),
        .target(name: "Archives", dependencies: ["CArchive", "CZlib"]),
        .target(name: "Augmentations", dependencies: ["CKernels"]),
        .target(name: "Images", dependencies: ["CPNG", "CTurboJPEG", "CKernels"]),
        .target(name: "Datasets", dependencies: ["Archives", "Images", "Spelling", "Store"]),
        .target(name: "Spelling"),
        .target(name: "ClusterMetrics"),
        .target(name: "Configuration", dependencies: ["Spelling", "Yams"]),
        .target(name: "RunLog", dependencies: ["Store"]),
        // Style and script are compiled in, so that the program needs no file beside it.
        .target(
            name: "Report", dependencies: ["ClusterMetrics", "RunLog"],
            resources: [.embedInCode("Resources/page.css"), .embedInCode("Resources/page.js")]),
        // The rooms where trees, ranks and files meet.
        .target(
            name: "Checkpoints",
            dependencies: [
                "ClusterMetrics", "Collectives", "Configuration", "Kernels", "Layers", "RunLog", "Store",
                "TreeModel",
            ]),
        .target(
            name: "ReferenceWeights",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Configuration", "Datasets", "Layers", "Safetensors",
                "Store",
                "TreeModel",
            ]),
        .target(
            name: "Batches",
            dependencies: ["Augmentations", "Collectives", "Configuration", "Datasets", "Kernels", "Layers"]),
        .target(
            name: "Inference",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Datasets",
                "Images",
                "Kernels", "Layers", "RunLog", "Store", "TreeModel",
            ]),
        .target(
            name: "ModelReport",
            dependencies: [
                "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Datasets",
                "Images",
                "Inference", "Kernels", "Layers", "Report", "RunLog", "Store", "TreeModel",
            ]),
        .target(
            name: "Training",
            dependencies: [
                "Augmentations", "Batches", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration",
                "Datasets", "Growth", "Inference", "Kernels", "Layers", "ModelReport", "Report", "RunLog",
                "Store",
                "TreeModel",
            ]),
        .target(
            name: "Benchmarks",
            dependencies: [
                "Batches", "Checkpoints", "Collectives", "Configuration", "Datasets", "Growth", "Inference",
                "Kernels", "Layers", "RunLog", "Store", "Training", "TreeModel",
            ]),
        .executableTarget(
            name: "treevae-dist",
            dependencies: [
                "Batches", "Benchmarks", "Checkpoints", "ClusterMetrics", "Collectives", "Configuration",
                "Datasets",
                "GradientCheck", "Images", "Inference", "Kernels", "ModelReport", "ReferenceWeights",
                "Report",
                "RunLog", "Store", "Training", "TreeModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels", "Collectives"]),
        .target(
            name: "TestSupport",
            dependencies: ["CArchive", "Collectives", "CTurboJPEG", "Datasets", "Images", "Layers", "Store"],
            path: "Tests/TestSupport"),
        .testTarget(name: "LayersTests", dependencies: ["Layers", "Kernels", "Collectives", "TestSupport"]),
        .testTarget(
            name: "TreeModelTests",
            dependencies: ["TreeModel", "Layers", "Kernels", "Collectives", "TestSupport"]),
        .testTarget(name: "GradientCheckTests", dependencies: ["GradientCheck", "Kernels", "Layers"]),
        .testTarget(name: "GrowthTests", dependencies: ["Growth", "TreeModel", "Layers"]),
        .target(
            name: "RunSupport",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Inference", "Kernels",
                "RunLog",
                "Store", "TestSupport", "Training", "TreeModel",
            ],
            path: "Tests/RunSupport"),
        .testTarget(
            name: "BatchesTests",
            dependencies: [
                "Augmentations", "Batches", "Checkpoints", "Collectives", "Configuration", "Datasets",
                "Inference", "Kernels", "Layers", "RunSupport", "Store", "TestSupport", "Training",
            ]),
        .testTarget(
            name: "CheckpointsTests",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Kernels", "Report", "RunLog", "RunSupport",
                "Store", "TestSupport", "TreeModel",
            ]),
        .testTarget(
            name: "ReferenceWeightsTests",
            dependencies: [
                "Checkpoints", "Configuration", "Datasets", "Kernels", "Layers", "ReferenceWeights",
                "RunSupport", "Safetensors", "Store", "TestSupport", "TreeModel",
            ]),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Checkpoints", "ClusterMetrics", "Collectives", "Configuration", "Datasets", "Inference",
                "RunSupport", "Store", "TestSupport", "TreeModel",
            ]),
        .testTarget(
            name: "ModelReportTests",
            dependencies: [
                "Checkpoints", "Images", "Inference", "ModelReport", "TestSupport",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Checkpoints", "Collectives", "Configuration", "Kernels", "Layers", "RunLog", "RunSupport",
                "Store", "TestSupport", "Training", "TreeModel",
            ]),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: [
                "Benchmarks", "Checkpoints", "Collectives", "Configuration", "Kernels", "Layers",
                "ReferenceWeights", "Store", "TestSupport", "Training", "TreeModel",
            ]),
        // The program is a dependency so that it is built beside the tests that run it.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["treevae-dist", "Datasets", "Images", "Store", "TestSupport"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "TestSupport"]),
        .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"]),
        .testTarget(name: "ArchivesTests", dependencies: ["Archives", "TestSupport"]),
        .testTarget(name: "AugmentationsTests", dependencies: ["Augmentations", "TestSupport"]),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "TestSupport"]),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Archives", "Datasets", "Images", "Store", "TestSupport"]),
        .testTarget(name: "ClusterMetricsTests", dependencies: ["ClusterMetrics"]),
        .testTarget(name: "CollectivesTests", dependencies: ["CMPI", "Collectives"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"]),
        .testTarget(
            name: "ReportTests", dependencies: ["ClusterMetrics", "Report", "RunLog", "TestSupport"]),
        .testTarget(name: "RunLogTests", dependencies: ["RunLog", "TestSupport"]),
        .testTarget(name: "CommandTests", dependencies: ["treevae-dist", "Images", "Training"]),
    ]
)
