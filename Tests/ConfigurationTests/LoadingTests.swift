import Testing

@testable import Configuration

@Suite struct LoadingTests {
    @Test func emptyTextGivesTheDefaults() throws {
        #expect(try Configuration(yaml: "", place: "test") == Configuration())
        #expect(try Configuration(yaml: "# nothing\nmodel:\n", place: "test") == Configuration())
    }

    @Test func fileChangesOnlyWhatItNames() throws {
        let read = try Configuration(
            yaml: """
                seed: 7
                model:
                  latent: [4, 4]
                  layers:
                    - 32
                    - 16
                  batch_norm: {momentum: 0.5}
                training.epochs.initial: 3
                optimizer: {bias_correction: torch, weight_decay: 1}
                growth: {minimum_samples: 12, prune: false}
                """, place: "test")
        var wanted = Configuration()
        wanted.seed = 7
        wanted.model.latent = [4, 4]
        wanted.model.layers = [32, 16]
        wanted.model.batchNorm.momentum = 0.5
        wanted.training.epochs.initial = 3
        wanted.optimizer.biasCorrection = .torch
        wanted.optimizer.weightDecay = 1
        wanted.growth.minimumSamples = 12
        wanted.growth.prune = false
        #expect(read == wanted)
    }

    @Test func overridesAreYAMLValuesAndTheLastWins() throws {
        var configuration = Configuration()
        for override in [
            "seed=1", "seed=2", "data.limit=100", "optimizer.epsilon=1e-8", "model.latent=[2,3]",
            "precision=double", "training.drop_last=True", "model.initialization=fan_in",
        ] {
            try configuration.apply(overrides: [override])
        }
        #expect(configuration.seed == 2)
        #expect(configuration.data.limit == 100)
        #expect(configuration.optimizer.epsilon == 1e-8)
        #expect(configuration.model.latent == [2, 3])
        #expect(configuration.precision == .double)
        #expect(configuration.training.dropLast)
        #expect(configuration.model.initialization == .fanIn)
        try configuration.apply(overrides: ["data.limit=null"])
        #expect(configuration.data.limit == nil)
    }

    @Test func resolvedTextReadsBackEqual() throws {
        var configuration = Configuration()
        configuration.data.limit = 12
        configuration.optimizer.epsilon = 1.0 / 3e9
        configuration.schedule.klIncrement = .leastNonzeroMagnitude
        configuration.model.latent = []
        #expect(try Configuration(yaml: configuration.yaml(), place: "test") == configuration)
        #expect(Configuration().yaml().contains("\n  epsilon: 1.0e-07\n"))
        #expect(
            Configuration().yaml().hasPrefix(
                "seed: 42\nprecision: float\nprofile: none\ndata:\n  limit: null\n  memory_budget: 4096\nmodel:\n"
            ))
        #expect(
            Configuration().yaml().contains(
                "\n  batch_norm:\n    momentum: 0.99\n    epsilon: 0.001\ndeepect:"))
    }

    @Test(arguments: [
        ("training.batchsize=3", "training.batch_size"), ("batch_size=3", "training.batch_size"),
        ("optimizer.batch_size=3", "training.batch_size"), ("max_leafs=3", "growth.max_leaves"),
        ("trainig.epochs.initial=3", "training.epochs.initial"), ("sed=3", "seed"), ("lr=3", "seed"),
        ("optimizer.lerning_rate=3", "optimizer.learning_rate"),
    ])
    func unknownKeyNamesTheNearest(_ override: String, _ nearest: String) {
        let key = String(override.prefix { $0 != "=" })
        var configuration = Configuration()
        #expect(throws: ConfigurationError.unknownKey(key, place: "override '\(override)'", nearest: nearest))
        {
            try configuration.apply(overrides: [override])
        }
    }

    @Test func unknownKeyInAFileNamesFileAndLine() {
        #expect {
            try Configuration(yaml: "seed: 1\ngrowth:\n  max_leafs: 3\n", place: "my.yml")
        } throws: {
            "\($0)"
                == "my.yml:3: unknown key 'growth.max_leafs'; the nearest known key is 'growth.max_leaves'"
        }
    }

    @Test(arguments: [
        ("seed: 1.5", "1.5", "a whole number"), ("seed: \"1\"", "the text \"1\"", "a whole number"),
        ("seed: [1]", "[1]", "a whole number"), ("seed:", "nothing", "a whole number"),
        ("seed: {a: 1}", "a mapping", "a whole number"),
        ("seed: 99999999999999999999", "99999999999999999999", "a whole number"),
        ("data: {limit: many}", "many", "a whole number or null"),
        ("optimizer: {epsilon: small}", "small", "a finite number"),
        ("optimizer: {epsilon: .nan}", ".nan", "a finite number"),
        ("optimizer: {epsilon: inf}", "inf", "a finite number"),
        ("optimizer: {epsilon: 1e999}", "1e999", "a finite number"),
        ("growth: {prune: 1}", "1", "true or false"),
        ("model: {latent: 8}", "8", "a list of whole numbers such as [8, 8]"),
        ("model: {latent: [8, x]}", "[8, x]", "a list of whole numbers such as [8, 8]"),
        ("model: {family: resnet}", "resnet", "one of cnn1, cnn_omni, mlp, cnn2"),
        ("precision: half", "half", "one of float, double, mixed"),
        ("growth: 3", "3", "a section with keys such as growth.first_leaves"),
    ])
    func wrongTypeNamesValueAndType(_ yaml: String, _ found: String, _ wanted: String) {
        #expect {
            try Configuration(yaml: yaml, place: "my.yml")
        } throws: {
            "\($0)".hasSuffix(": found \(found), wanted \(wanted)") && "\($0)".hasPrefix("my.yml:1: key '")
        }
    }

    @Test(arguments: ["seed: 1\nseed: 2", "growth: {prune: true}\ngrowth.prune: false"])
    func repeatedKeyIsRefused(_ yaml: String) {
        #expect(throws: ConfigurationError.self) { try Configuration(yaml: yaml, place: "my.yml") }
    }

    @Test(arguments: ["seed: [1", "- 1", "text", "a: b: c", "--- {}\n--- {}"])
    func whatIsNoMappingIsRefused(_ yaml: String) {
        #expect {
            try Configuration(yaml: yaml, place: "my.yml")
        } throws: {
            "\($0)".hasPrefix("my.yml: not a configuration: ")
        }
    }

    @Test(arguments: ["seed", "=3", ""])
    func overrideNeedsKeyAndValue(_ override: String) {
        var configuration = Configuration()
        #expect(throws: ConfigurationError.malformedOverride(override)) {
            try configuration.apply(overrides: [override])
        }
    }

    @Test func missingFileIsNamed() {
        #expect {
            try Configuration(file: "/nowhere/my.yml")
        } throws: {
            "\($0)" == "cannot read the configuration /nowhere/my.yml: there is no such file"
        }
    }

    /// A profile sets what is not named beside it, wherever it stands in the text; what comes later wins.
    @Test func profilesCountWhereNothingIsNamed() throws {
        let named = try Configuration(
            yaml: "model:\n  borders: pytorch\nprofile: published\n", place: "text")
        #expect(named.model.borders == .pytorch && named.augmentation.colour.order == .fixed)
        #expect(named.augmentation.colour.contrastMean == .channel)
        var other = try Configuration(yaml: "profile: published", place: "text")
        #expect(other.model.borders == .tensorflow)
        try other.apply(overrides: ["model.borders=pytorch"])
        #expect(other.model.borders == .pytorch && other.profile == .published)
        // The resolved text says it all.
        #expect(try Configuration(yaml: other.yaml(), place: "resolved") == other)
        var plain = Configuration()
        #expect(plain.model.borders == .pytorch)
        try plain.apply(overrides: ["profile=published"])
        #expect(plain.model.borders == .tensorflow)
    }

    @Test func numbersMayBeAbsent() throws {
        var configuration = try Configuration(yaml: "schedule.kl_start_finetune: 0.5", place: "text")
        #expect(configuration.schedule.klStartFinetune == 0.5)
        #expect(try Configuration(yaml: configuration.yaml(), place: "resolved") == configuration)
        try configuration.apply(overrides: ["schedule.kl_start_finetune=null"])
        #expect(configuration == Configuration())
        #expect(throws: ConfigurationError.self) {
            try configuration.apply(overrides: ["schedule.kl_start_finetune=some"])
        }
    }
}
