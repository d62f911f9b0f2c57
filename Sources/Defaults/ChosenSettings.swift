import Configuration
import Foundation

/// Settings that follow from the data, where the user says nothing.
package struct ChosenSettings: Sendable {
    /// One setting.
    package struct Choice: Sendable, Equatable {
        /// The dotted YAML key.
        package let key: String
        /// Its value as YAML.
        package let value: String
        /// Why it is that.
        package let reason: String

        /// A line for people.
        package var text: String { "chosen      \(key) = \(value): \(reason)" }
    }

    /// What was chosen, in the order of the configuration.
    package private(set) var choices: [Choice] = []
    private let given: Set<String>

    /// Chooses for a data set.
    ///
    /// - Parameters:
    ///   - overrides: `key=value`: what they name is not chosen, and what depends on it follows them.
    /// - Throws: `ConfigurationError` where an override is no setting.
    package init(_ facts: DataFacts, overrides: [String]) throws {
        var named = Configuration()
        try named.apply(overrides: overrides)
        given = Set(
            overrides.map { $0.prefix { $0 != "=" }.trimmingCharacters(in: .whitespaces) })
        let family = given.contains("model.family") ? named.model.family : Self.family(facts)
        chooseModel(facts, family, named)
        chooseSteps(facts, named)
        chooseGrowth(facts, family, named)
    }

    /// The defaults, changed by what was chosen and then by overrides.
    /// - Throws: `ConfigurationError` where they do not fit each other.
    package func configuration(overrides: [String]) throws -> Configuration {
        var configuration = Configuration()
        try configuration.apply(overrides: choices.map { "\($0.key)=\($0.value)" })
        try configuration.apply(overrides: overrides)
        try configuration.validate()
        return configuration
    }

    private mutating func choose(_ key: String, _ value: some CustomStringConvertible, _ reason: String) {
        if !given.contains(key) { choices.append(Choice(key: key, value: "\(value)", reason: reason)) }
    }

    private static func family(_ facts: DataFacts) -> Configuration.Family {
        guard facts.shape.count == 3, facts.shape[1] == facts.shape[2] else { return .mlp }
        switch facts.shape[1] {
        case 28: return .cnn1
        case 32, 64: return .cnn2
        default: return .mlp
        }
    }

    private mutating func chooseModel(
        _ facts: DataFacts, _ family: Configuration.Family, _ named: Configuration
    ) {
        let shape = facts.shape.map(String.init).joined(separator: "x")
        choose(
            "model.family", family.rawValue,
            family == .mlp
                ? "samples of \(shape), which no convolutional family takes" : "pictures of \(shape)")
        let levels =
            given.contains("model.layers")
            ? named.model.layers.count : given.contains("model.latent") ? named.model.latent.count : 6
        // What is small does with half the published width.
        let isSmall = family == .mlp && facts.count < 8192
        var widths = Array(repeating: isSmall ? 64 : 128, count: levels)
        if family == .cnn2 { widths = [1024] + Array(repeating: 256, count: max(0, levels - 1)) }
        choose("model.latent", Array(repeating: 8, count: levels), "\(levels) levels, as published")
        choose(
            "model.layers", widths,
            family == .cnn2
                ? "16 to 1024 channels, a quarter of the published ones"
                : isSmall ? "\(facts.count) training samples" : "as published")
        chooseLikelihood(facts, family, named)
    }

    private mutating func chooseLikelihood(
        _ facts: DataFacts, _ family: Configuration.Family, _ named: Configuration
    ) {
        let range = "\(Self.shown(facts.range.lowerBound)) to \(Self.shown(facts.range.upperBound))"
        // Pixels reach their largest value in many places, counts in one or two.
        let looksCounted =
            facts.isWhole && facts.range.lowerBound >= 0 && facts.range.upperBound > 1
            && facts.shape.count == 1
            && facts.zeroShare > 0.5 && facts.fullShare < 0.1
        let likelihood: Configuration.Likelihood
        if family == .mlp, facts.isCounts || looksCounted {
            likelihood = .negativeBinomial
            choose(
                "model.likelihood", likelihood.rawValue,
                facts.isCounts
                    ? "the shards hold counts"
                    : "whole numbers from 0, \(Int(100 * facts.zeroShare)) % of them 0, are taken as counts")
        } else if facts.range.lowerBound >= 0, facts.range.upperBound <= 1 {
            likelihood = .bernoulli
            choose("model.likelihood", likelihood.rawValue, "inputs from \(range)")
        } else if family == .mlp, !facts.binary.isEmpty {
            likelihood = .mixed
            choose(
                "model.likelihood", likelihood.rawValue,
                "inputs from \(range), \(facts.binary.count) of \(facts.features - facts.covariates) features are 0 or 1"
            )
            if !given.contains("model.likelihood") {
                choose("model.binary", facts.binary, "the features that are 0 or 1")
            }
        } else {
            likelihood = .gaussian
            choose("model.likelihood", likelihood.rawValue, "inputs from \(range)")
        }
        if facts.mayMiss { choose("model.may_miss", true, "the shards have values that are missing") }
        if facts.covariates > 0 {
            choose("model.covariates", facts.covariates, "so many batches do the shards name")
        }
        let used = given.contains("model.likelihood") ? named.model.likelihood : likelihood
        if used.isOfCounts {
            choose("model.normalize_counts", true, "samples of different depth are to look alike")
        }
        guard used == .gaussian || used == .mixed else { return }
        choose(
            "model.variance", Self.shown(max(1e-6, facts.variance)), "the variance of a feature, on average")
        choose(
            "schedule.kl_start", 1,
            "a Gaussian as wide as the data is no stronger than the Kullback-Leibler terms, which count from the start"
        )
    }

    private mutating func chooseSteps(_ facts: DataFacts, _ named: Configuration) {
        let batch =
            switch facts.count {
            case ..<1024: 32
            case ..<2048: 64
            case ..<4096: 128
            default: 256
            }
        choose("training.batch_size", batch, "\(facts.count) training samples")
        guard batch < 256 else { return }
        choose("model.batch_norm.momentum", 0.9, "few steps in an epoch")
        choose("checkpoint.every_epochs", 25, "an epoch takes less time than a checkpoint")
    }

    private mutating func chooseGrowth(
        _ facts: DataFacts, _ family: Configuration.Family, _ named: Configuration
    ) {
        let levels =
            (choices.first { $0.key == "model.layers" }?.value).map { $0.split(separator: ",").count }
            ?? named.model.layers.count
        let depth = given.contains("growth.max_depth") ? named.growth.maxDepth : levels - 1
        choose("growth.max_depth", max(1, depth), "the levels below the root")
        let most = (0..<62).contains(depth) ? 1 << depth : Int.max
        let wanted = family == .mlp ? 20 : 10
        choose(
            "growth.max_leaves", max(2, min(wanted, most)),
            family == .mlp ? "the least samples of a leaf end growth before" : "as published")
        choose(
            "growth.minimum_samples", max(2, min(256, facts.count / 2)),
            "a leaf is split from 256 samples on, as published, or from half of all")
        // One level has no split that could be led.
        guard most > 1 else { return }
        choose(
            "growth.start", Configuration.Start.mixture.rawValue,
            "splits that are led depend less on the seed, see docs/stability.md")
        choose("growth.least_cloud", 0.25, "so many of a leaf's samples in each part keep the tree balanced")
        if family == .mlp {
            choose(
                "growth.most_overlap", 0.25,
                "the number of leaves is not told: what is one cloud stays one leaf")
        }
        choose("growth.first_leaves", 1, "the first split is led like any other")
        choose(
            "growth.when_full", Configuration.WhenFull.nextLeaf.rawValue,
            "a leaf on the deepest level is no end of growth")
        choose(
            "growth.prune_when", Configuration.PruneWhen.during.rawValue,
            "no leaf of the finished tree is empty")
    }

    private static func shown(_ value: Double) -> String {
        String(Double(String(format: "%.4g", value)) ?? value)
    }
}
