extension Configuration {
    /// Checks ranges and what must agree between settings.
    /// - Throws: ``ConfigurationError/invalid(_:)`` with every problem found.
    public func validate() throws(ConfigurationError) {
        var rules = Rules(settings: settings)
        rules.requireModestNumbers(except: ["seed"])
        rules.require("seed", seed >= 0, "must be at least 0")
        rules.require("data.limit", data.limit ?? 1 >= 1, "must be at least 1, or null for all samples")
        rules.require("data.memory_budget", data.memoryBudget >= 0, "must be at least 0")
        check(model: &rules)
        check(deepect: &rules)
        check(contrastive: &rules)
        check(training: &rules)
        check(augmentation: &rules)
        check(optimizer: &rules)
        check(schedule: &rules)
        check(growth: &rules)
        rules.require("checkpoint.every_epochs", checkpoint.everyEpochs >= 1, "must be at least 1")
        rules.require("checkpoint.every_minutes", checkpoint.everyMinutes >= 0, "must be at least 0")
        rules.require("checkpoint.keep", checkpoint.keep >= 1, "must be at least 1")
        rules.require(
            "performance.kernels", precision != .mixed || performance.kernels != .blas,
            "must be own or auto with precision mixed, whose products no CBLAS takes")
        if !rules.problems.isEmpty { throw .invalid(rules.problems) }
    }

    /// Checks that each rank gets a share of every full batch.
    /// - Parameter ranks: Number of processes.
    /// - Throws: ``ConfigurationError/invalid(_:)``.
    public func validate(ranks: Int) throws(ConfigurationError) {
        var rules = Rules(settings: settings)
        rules.require(
            "training.batch_size", training.batchSize >= ranks,
            "must be at least the number of ranks, \(ranks): start fewer ranks or set a larger batch")
        if !rules.problems.isEmpty { throw .invalid(rules.problems) }
    }

    /// More values than this no layer has.
    private static let widest = 1 << 20

    private func check(model rules: inout Rules) {
        rules.require(
            "model.layers", model.layers.count >= (model.kind == .vae ? 1 : 2),
            "must have at least \(model.kind == .vae ? "1 level" : "2 levels, the root's and the leaves'")")
        rules.require(
            "model.latent", model.latent.count == model.layers.count,
            "must have one entry per level like model.layers, which has \(model.layers.count)")
        rules.require("model.layers", model.layers.count <= 32, "must have at most 32 levels")
        for (name, sizes) in [("model.latent", model.latent), ("model.layers", model.layers)] {
            rules.require(
                name, sizes.allSatisfy((1...Self.widest).contains), "must be from 1 to \(Self.widest) each")
        }
        if let width = model.layers.first {
            switch model.family {
            case .cnn1:
                rules.require(
                    "model.layers", width % 16 == 0,
                    "must start with a multiple of 16: family cnn1 has 1/16, 1/8 and 1/4 as many channels")
            case .cnnOmni:
                rules.require(
                    "model.layers", width % 4 == 0,
                    "must start with a multiple of 4: family cnn_omni has 1/4, 1/2 and as many channels")
            case .mlp: break
            case .cnn2:
                rules.require(
                    "model.layers", width % 128 == 0,
                    "must start with a multiple of 128: family cnn2 has 1/128 to 1/16 as many channels")
            }
        }
        rules.require("model.variance", model.variance > 0, "must be above 0")
        rules.require("model.minimum_variance", model.minimumVariance > 0, "must be above 0")
        rules.require(
            "model.normalize_counts", !model.normalizeCounts || model.likelihood.isOfCounts,
            "must be false but with a negative-binomial model.likelihood: there are no counts")
        rules.require(
            "model.likelihood", !model.likelihood.isOfCounts || model.family == .mlp,
            "must be another, or model.family mlp: a negative binomial is for counts, not for images")
        let isDense = model.family == .mlp && model.kind != .deepect
        rules.require(
            "model.likelihood", model.likelihood != .mixed || isDense,
            "must be another, or model.family mlp: mixed is for the columns of a table")
        rules.require(
            "model.binary",
            model.likelihood == .mixed
                ? model.binary.allSatisfy { $0 >= 0 } && Set(model.binary).count == model.binary.count
                : model.binary.isEmpty,
            "must name each feature once, from 0, and none but with model.likelihood mixed")
        rules.require(
            "model.may_miss",
            !model.mayMiss || isDense && [.bernoulli, .gaussian, .mixed].contains(model.likelihood),
            "must be false but for model.family mlp and the likelihoods bernoulli, gaussian and mixed")
        rules.require(
            "model.covariates", model.covariates >= 0 && (model.covariates == 0 || isDense),
            "must be at least 0, and 0 but for model.family mlp, which alone reads them")
        rules.require(
            "model.activation_slope", (0..<1).contains(model.activationSlope), "must be in [0, 1)")
        rules.require(
            "model.path_threshold", (0..<0.5).contains(model.pathThreshold),
            "must be in [0, 0.5): the reach probability below which a path is skipped, 0 for none")
        rules.require(
            "model.batch_norm.momentum", (0..<1).contains(model.batchNorm.momentum),
            "must be in [0, 1): the share of the old value kept")
        rules.require("model.batch_norm.epsilon", model.batchNorm.epsilon > 0, "must be above 0")
    }

    private func check(deepect rules: inout Rules) {
        rules.require(
            "deepect.hidden",
            (1...32).contains(deepect.hidden.count) && deepect.hidden.allSatisfy((1...Self.widest).contains),
            "must be 1 to 32 widths from 1 to \(Self.widest) each")
        rules.require(
            "deepect.embedding", (1...1024).contains(deepect.embedding), "must be from 1 to 1024")
        rules.require(
            "deepect.kept_inputs", deepect.keptInputs > 0 && deepect.keptInputs <= 1, "must be in (0, 1]")
        rules.require(
            "deepect.pretraining_rate", deepect.pretrainingRate ?? 1 > 0, "must be above 0, or null")
        rules.require("deepect.split_every", deepect.splitEvery >= 1, "must be at least 1")
        rules.require(
            "deepect.prune_below", deepect.pruneBelow >= 0, "must be at least 0, which prunes nothing")
        rules.require("deepect.restarts", (1...1000).contains(deepect.restarts), "must be from 1 to 1000")
        if model.kind == .deepect {
            rules.require("precision", precision != .mixed, "must be float or double with model.kind deepect")
            rules.require(
                "performance.kernels", performance.kernels == .own, "must be own with model.kind deepect")
        }
        guard model.kind == .deepect else { return }
        rules.require(
            "contrastive.weight", contrastive.weight == 0,
            "must be 0 with model.kind deepect, which has no such term")
        rules.require(
            "augmentation.views", augmentation.views == 1 || augmentation.keepFirst,
            "must be 1 with model.kind deepect, or augmentation.keep_first true: a picture's leaf is that of the picture "
                + "as it is")
    }

    private func check(contrastive rules: inout Rules) {
        rules.require("contrastive.weight", contrastive.weight >= 0, "must be at least 0, which turns it off")
        rules.require("contrastive.temperature", contrastive.temperature > 0, "must be above 0")
        rules.require("contrastive.router_temperature", contrastive.routerTemperature > 0, "must be above 0")
        rules.require(
            "contrastive.hidden", (1...Self.widest).contains(contrastive.hidden ?? 1),
            "must be from 1 to \(Self.widest), or null for the least of model.layers")
        rules.require(
            "contrastive.projection", (1...Self.widest).contains(contrastive.projection ?? 1),
            "must be from 1 to \(Self.widest), or null for the latent size of each level")
        guard contrastive.weight > 0 else { return }
        rules.require(
            "augmentation.views", augmentation.views == 2,
            "must be 2 with contrastive.weight above 0: what is compared are two views of each image")
        rules.require(
            "model.path_threshold", model.pathThreshold == 0,
            "must be 0 with contrastive.weight above 0: views that skip a node cannot be compared there")
    }

    private func check(training rules: inout Rules) {
        rules.require(
            "training.batch_size", (1...1 << 24).contains(training.batchSize), "must be from 1 to \(1 << 24)")
        if training.dropLast, let limit = data.limit {
            rules.require(
                "data.limit", limit >= samplesPerBatch,
                "must be at least \(samplesPerBatch), the samples of a batch, with training.drop_last: "
                    + "no batch would be left")
        }
        rules.require(
            "training.replica_check_every", training.replicaCheckEvery >= 0, "must be at least 0 (never)")
        for phase in Phase.allCases {
            rules.require(
                "training.epochs.\(phase.rawValue)", training.epochs[phase] >= 0, "must be at least 0")
            rules.require(
                "schedule.drop_every.\(phase.rawValue)", schedule.dropEvery[phase] >= 1, "must be at least 1")
        }
    }

    private func check(augmentation rules: inout Rules) {
        rules.require(
            "augmentation.method", augmentation.method == .none || !model.likelihood.isOfCounts,
            "must be none: the counts of likelihood negative-binomial are no pictures")
        rules.require("augmentation.views", (1...2).contains(augmentation.views), "must be 1 or 2")
        rules.require(
            "augmentation.views", augmentation.views != 2 || augmentation.method != .none,
            "must be 1 with augmentation.method none, whose views would be equal")
        rules.require(
            "augmentation.keep_first", !augmentation.keepFirst || augmentation.views == 2,
            "must be false with augmentation.views 1, or nothing would be changed")
        rules.require(
            "training.batch_size", augmentation.views != 2 || training.batchSize % 2 == 0,
            "must be even with augmentation.views 2: a batch holds both views of each of its images")
        rules.require(
            "augmentation.interpolation",
            augmentation.method != .affine || augmentation.interpolation != .bicubic,
            "must be nearest or bilinear with augmentation.method affine")
        rules.require(
            "augmentation.interpolation",
            augmentation.method != .cropAndJitter || augmentation.interpolation != .nearest,
            "must be bilinear or bicubic with augmentation.method crop_and_jitter")
        let affine = augmentation.affine
        rules.require(
            "augmentation.affine.rotation", (0...180).contains(affine.rotation), "must be in [0, 180] degrees"
        )
        rules.require("augmentation.affine.shift", affine.shift >= 0, "must be at least 0 pixels")
        rules.require("augmentation.affine.zoom", (0..<1).contains(affine.zoom), "must be in [0, 1)")
        rules.require(
            "augmentation.affine.shear", (0..<90).contains(affine.shear), "must be in [0, 90) degrees")
        rules.require(
            "augmentation.affine.fill", model.likelihood != .bernoulli || (0...1).contains(affine.fill),
            "must be in [0, 1], where the Bernoulli likelihood is defined")
        let crop = augmentation.crop
        rules.require(
            "augmentation.crop.minimum_area", crop.minimumArea > 0 && crop.minimumArea <= 1,
            "must be above 0 and at most 1")
        rules.require("augmentation.crop.maximum_ratio", crop.maximumRatio >= 1, "must be at least 1")
        rules.require("augmentation.crop.mirror", (0...1).contains(crop.mirror), "must be in [0, 1]")
        let colour = augmentation.colour
        for (name, value) in [
            ("probability", colour.probability), ("brightness", colour.brightness),
            ("contrast", colour.contrast), ("saturation", colour.saturation), ("grey", colour.grey),
        ] {
            rules.require("augmentation.colour.\(name)", (0...1).contains(value), "must be in [0, 1]")
        }
        rules.require(
            "augmentation.colour.hue", (0...0.5).contains(colour.hue), "must be in [0, 0.5], of the circle")
    }

    private func check(optimizer rules: inout Rules) {
        rules.require("optimizer.learning_rate", optimizer.learningRate > 0, "must be above 0")
        rules.require("optimizer.beta1", (0..<1).contains(optimizer.beta1), "must be in [0, 1)")
        rules.require("optimizer.beta2", (0..<1).contains(optimizer.beta2), "must be in [0, 1)")
        rules.require("optimizer.epsilon", optimizer.epsilon > 0, "must be above 0")
        rules.require("optimizer.weight_decay", optimizer.weightDecay >= 0, "must be at least 0")
        rules.require("optimizer.time_decay", optimizer.timeDecay >= 0, "must be at least 0")
        rules.require(
            "optimizer.time_decay_finetune", optimizer.timeDecayFinetune >= 0, "must be at least 0")
    }

    private func check(schedule rules: inout Rules) {
        rules.require(
            "schedule.drop_factor", schedule.dropFactor > 0 && schedule.dropFactor <= 1,
            "must be above 0 and at most 1")
        rules.require("schedule.drop_offset", schedule.dropOffset >= 0, "must be at least 0")
        rules.require("schedule.kl_start", (0...1).contains(schedule.klStart), "must be in [0, 1]")
        rules.require(
            "schedule.kl_start_finetune", (0...1).contains(schedule.klStartFinetune ?? 0),
            "must be in [0, 1], or null for schedule.kl_start")
        rules.require("schedule.kl_increment", schedule.klIncrement >= 0, "must be at least 0")
        rules.require(
            "schedule.kl_increment_finetune", schedule.klIncrementFinetune >= 0, "must be at least 0")
        rules.require("schedule.kl_lag", schedule.klLag >= 0, "must be at least 0")
    }

    private func check(growth rules: inout Rules) {
        if model.kind == .tree { check(size: &rules) }
        rules.require(
            "growth.effective_share", (0..<1).contains(growth.effectiveShare), "must be in [0, 1)")
        rules.require(
            "growth.intermediate_every", growth.intermediateEvery >= 1,
            "must be at least 1; training.epochs.intermediate=0 turns the phase off")
        rules.require(
            "growth.minimum_samples", growth.minimumSamples ?? 1 >= 1,
            "must be at least 1, or null for the batch size")
        rules.require("growth.prune_share", (0..<1).contains(growth.pruneShare), "must be in [0, 1)")
        rules.require("growth.lead_epochs", growth.leadEpochs >= 1, "must be at least 1")
        rules.require("growth.most_overlap", (0...1).contains(growth.mostOverlap), "must be in [0, 1]")
        rules.require("growth.least_cloud", (0..<0.5).contains(growth.leastCloud), "must be in [0, 0.5)")
    }

    /// How large a tree may grow.
    private func check(size rules: inout Rules) {
        let deepest = model.layers.count - 1
        rules.require(
            "growth.max_depth", growth.maxDepth >= 1 && growth.maxDepth <= deepest,
            "must be from 1 to \(deepest), the levels of model.layers below the root")
        rules.require("growth.first_leaves", (1...2).contains(growth.firstLeaves), "must be 1 or 2")
        rules.require("growth.max_leaves", (2...4096).contains(growth.maxLeaves), "must be from 2 to 4096")
        if (1..<Int.bitWidth - 1).contains(growth.maxDepth) {
            rules.require(
                "growth.max_leaves", growth.maxLeaves <= 1 << growth.maxDepth,
                "must be at most \(1 << growth.maxDepth), the leaves of a full tree of growth.max_depth "
                    + "\(growth.maxDepth)")
        }
    }
}

/// Collects what is wrong, with the values as they would be written.
private struct Rules {
    let settings: [Setting]
    var problems: [ConfigurationError.Problem] = []

    init(settings: [Setting]) { self.settings = settings }

    /// Whole numbers that may be added and multiplied by each other.
    mutating func requireModestNumbers(except names: Set<String>) {
        let limit = Int(Int32.max)
        for setting in settings
        where [.integer, .integers].contains(setting.kind) && !names.contains(setting.name) {
            let numbers = setting.text.split { !$0.isNumber && $0 != "-" }.compactMap { Int($0) }
            if numbers.contains(where: { $0 > limit || $0 < -limit }) {
                problems.append(
                    .init(
                        key: setting.name, found: setting.text, rule: "must be within \(-limit) and \(limit)")
                )
            }
        }
    }

    mutating func require(_ key: String, _ holds: Bool, _ rule: String) {
        guard !holds else { return }
        guard let setting = settings.first(where: { $0.name == key }) else {
            preconditionFailure("no setting \(key)")
        }
        problems.append(.init(key: key, found: setting.text, rule: rule))
    }
}
