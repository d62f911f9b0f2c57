import Testing

@testable import Configuration

@Suite struct ValidationTests {
    @Test func defaultsAreValid() throws {
        try Configuration().validate()
        try Configuration().validate(ranks: 256)
    }

    @Test(arguments: [
        ("seed=-1", "seed"), ("data.limit=0", "data.limit"), ("model.latent=[8,8]", "model.latent"),
        ("model.latent=[8,8,8,8,8,0]", "model.latent"),
        ("model.layers=[128,128,128,128,128,-1]", "model.layers"),
        ("model.layers=[100,128,128,128,128,128]", "model.layers"),
        ("model.activation_slope=1", "model.activation_slope"),
        ("model.path_threshold=-0.1", "model.path_threshold"),
        ("model.path_threshold=0.5", "model.path_threshold"),
        ("model.batch_norm.momentum=1", "model.batch_norm.momentum"),
        ("model.batch_norm.epsilon=0", "model.batch_norm.epsilon"),
        ("contrastive.weight=-1", "contrastive.weight"),
        ("contrastive.temperature=0", "contrastive.temperature"),
        ("contrastive.router_temperature=-1", "contrastive.router_temperature"),
        ("contrastive.hidden=0", "contrastive.hidden"),
        ("contrastive.projection=0", "contrastive.projection"),
        ("training.batch_size=0", "training.batch_size"),
        ("training.epochs.subtree=-1", "training.epochs.subtree"),
        ("training.replica_check_every=-1", "training.replica_check_every"),
        ("augmentation.views=0", "augmentation.views"), ("augmentation.views=2", "augmentation.views"),
        ("augmentation.affine.rotation=-1", "augmentation.affine.rotation"),
        ("augmentation.affine.shift=-1", "augmentation.affine.shift"),
        ("augmentation.affine.zoom=1", "augmentation.affine.zoom"),
        ("augmentation.affine.shear=90", "augmentation.affine.shear"),
        ("augmentation.affine.fill=1.5", "augmentation.affine.fill"),
        ("augmentation.crop.minimum_area=0", "augmentation.crop.minimum_area"),
        ("augmentation.crop.maximum_ratio=0.9", "augmentation.crop.maximum_ratio"),
        ("augmentation.crop.mirror=-0.1", "augmentation.crop.mirror"),
        ("augmentation.colour.probability=1.1", "augmentation.colour.probability"),
        ("augmentation.colour.brightness=-1", "augmentation.colour.brightness"),
        ("augmentation.colour.contrast=2", "augmentation.colour.contrast"),
        ("augmentation.colour.saturation=1.5", "augmentation.colour.saturation"),
        ("augmentation.colour.hue=0.6", "augmentation.colour.hue"),
        ("augmentation.colour.grey=-0.5", "augmentation.colour.grey"),
        ("optimizer.learning_rate=0", "optimizer.learning_rate"), ("optimizer.beta1=1", "optimizer.beta1"),
        ("optimizer.beta2=-0.1", "optimizer.beta2"), ("optimizer.epsilon=0", "optimizer.epsilon"),
        ("optimizer.weight_decay=-1", "optimizer.weight_decay"),
        ("optimizer.time_decay=-1", "optimizer.time_decay"),
        ("optimizer.time_decay_finetune=-1", "optimizer.time_decay_finetune"),
        ("schedule.drop_factor=0", "schedule.drop_factor"),
        ("schedule.drop_every.finetune=0", "schedule.drop_every.finetune"),
        ("schedule.drop_offset=-1", "schedule.drop_offset"), ("schedule.kl_start=1.1", "schedule.kl_start"),
        ("schedule.kl_increment=-1", "schedule.kl_increment"),
        ("schedule.kl_increment_finetune=-1", "schedule.kl_increment_finetune"),
        ("schedule.kl_lag=-1", "schedule.kl_lag"),
        ("growth.max_leaves=1", "growth.max_leaves"), ("growth.max_leaves=33", "growth.max_leaves"),
        ("growth.max_depth=6", "growth.max_depth"), ("growth.effective_share=1", "growth.effective_share"),
        ("growth.intermediate_every=0", "growth.intermediate_every"),
        ("growth.minimum_samples=0", "growth.minimum_samples"),
        ("growth.prune_share=-0.1", "growth.prune_share"),
        ("checkpoint.every_epochs=0", "checkpoint.every_epochs"),
        ("checkpoint.keep=0", "checkpoint.keep"),
    ])
    func valueOutOfRangeIsNamed(_ override: String, _ key: String) throws {
        var configuration = Configuration()
        try configuration.apply(overrides: [override])
        #expect {
            try configuration.validate()
        } throws: {
            guard case ConfigurationError.invalid(let problems) = $0 else { return false }
            return problems.map(\.key) == [key]
        }
    }

    @Test(arguments: [
        (
            "augmentation.views=1",
            "augmentation.views: found 1, must be 2 with contrastive.weight above 0"
        ),
        (
            "model.path_threshold=0.1",
            "model.path_threshold: found 0.1, must be 0 with contrastive.weight above 0"
        ),
    ])
    func whatTheContrastiveExtensionForbidsIsNamed(_ override: String, _ message: String) throws {
        var configuration = Configuration()
        configuration.augmentation.method = .cropAndJitter
        configuration.augmentation.views = 2
        try configuration.apply(overrides: [override])
        try configuration.validate()
        configuration.contrastive.weight = 100
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".contains(message)
        }
    }

    @Test(arguments: [("precision=mixed", "precision"), ("performance.kernels=blas", "performance.kernels")])
    func whatClusterTreesDoNotHaveIsNamed(_ override: String, _ key: String) throws {
        var configuration = Configuration()
        try configuration.apply(overrides: [override])
        try configuration.validate()
        configuration.model.kind = .deepect
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".contains("\(key): found ") && "\($0)".contains("with model.kind deepect")
        }
    }

    @Test func lengthsThatDisagreeAreBothNamed() throws {
        var configuration = Configuration()
        try configuration.apply(overrides: ["model.latent=[8, 8]"])
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)" == """
                the configuration cannot be used:
                  model.latent: found [8, 8], must have one entry per level like model.layers, which has 6
                """
        }
    }

    @Test func droppingTheOnlyBatchIsRefused() throws {
        var configuration = Configuration()
        configuration.training.dropLast = true
        configuration.data.limit = 255
        #expect(throws: ConfigurationError.self) { try configuration.validate() }
        configuration.data.limit = 256
        try configuration.validate()
    }

    @Test func oddBatchesOfTwoViewsAreRefused() throws {
        var configuration = Configuration()
        configuration.augmentation.method = .affine
        configuration.augmentation.views = 2
        try configuration.validate()
        #expect(configuration.samplesPerBatch == 128)
        configuration.training.batchSize = 255
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".hasSuffix(
                "training.batch_size: found 255, must be even with augmentation.views 2: a batch holds both views "
                    + "of each of its images")
        }
    }

    @Test(arguments: [
        (Configuration.AugmentationMethod.affine, Configuration.Interpolation.bicubic),
        (.cropAndJitter, .nearest),
    ])
    func interpolationsThatAMethodLacksAreRefused(
        _ method: Configuration.AugmentationMethod, _ interpolation: Configuration.Interpolation
    ) {
        var configuration = Configuration()
        configuration.augmentation.method = method
        configuration.augmentation.interpolation = interpolation
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".contains("augmentation.interpolation: found \(interpolation.rawValue), must be")
        }
    }

    @Test func countsAreNotAugmented() throws {
        var configuration = Configuration()
        configuration.model.family = .mlp
        configuration.model.likelihood = .negativeBinomial
        configuration.augmentation.method = .affine
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".contains("augmentation.method: found affine, must be none")
        }
    }

    @Test func moreRanksThanSamplesInABatchAreRefused() {
        #expect {
            try Configuration().validate(ranks: 257)
        } throws: {
            "\($0)".contains("training.batch_size: found 256, must be at least the number of ranks, 257")
        }
    }

    @Test func everythingWrongIsReportedAtOnce() throws {
        var configuration = Configuration()
        configuration.seed = -1
        configuration.checkpoint.keep = 0
        #expect {
            try configuration.validate()
        } throws: {
            "\($0)".split(separator: "\n").count == 3
        }
    }

    @Test func minimumSamplesAreTheBatchSizeUnlessSet() throws {
        var configuration = Configuration()
        #expect(configuration.minimumSamplesToSplit == 256)
        configuration.growth.minimumSamples = 7
        #expect(configuration.minimumSamplesToSplit == 7)
    }
}
