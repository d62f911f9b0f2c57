import Bounds
import Configuration
import Networks
import TreeModel

extension CheckpointHeader {
    /// Why no model and no run can be made of what a file says; nil if they can. A file may be damaged in ways that its
    /// digest does not show, or come from somewhere else: whatever is computed from its numbers relies on this.
    ///
    /// - Parameters:
    ///   - numbers: how many the file's datasets hold in all.
    ///   - hasProjections: whether it has the heads of contrastive training.
    func problem(among numbers: Int, hasProjections: Bool) -> String? {
        do throws(ConfigurationError) {
            try configuration.validate()
        } catch {
            return "\(error)".replacing("\n ", with: "")
        }
        guard tree.nodes.count <= Self.mostNodes else { return "its tree has \(tree.nodes.count) nodes" }
        return modelProblem(among: numbers, hasProjections: hasProjections) ?? countProblem ?? inputProblem
    }

    private func modelProblem(among numbers: Int, hasProjections: Bool) -> String? {
        guard configuration.model.kind == .deepect else {
            return Architecture(configuration, inputShape: inputShape).problem(
                of: tree, among: numbers, hasProjections: hasProjections)
        }
        guard let features = Bounds.count(inputShape), inputShape.allSatisfy({ $0 > 0 }) else {
            return "there are no samples of shape \(inputShape)"
        }
        let least = Bounds.sum(
            configuration.deepect.matrices(features: features).map { Bounds.clamped($0.rows, $0.columns) })
        return least <= numbers
            ? nil : "a model of these sizes has at least \(least) numbers, the file holds \(numbers)"
    }

    /// Far more than configurations allow.
    private static let mostNodes = 1 << 16

    private var countProblem: String? {
        let partial = state.partial
        for (name, count) in [
            ("phase_index", state.phaseIndex), ("growth_step", state.growthStep), ("epoch", state.epoch),
            ("epochs_in_all", state.epochsInAll), ("effective_leaves", state.effectiveLeaves),
        ] where !Self.isCount(count) {
            return "attribute '\(name)' is \(count)"
        }
        for (name, count) in [
            ("iterations", state.iterations), ("steps", partial.steps), ("samples", partial.samples),
        ] where !Self.isLongCount(count) {
            return "attribute '\(name)' is \(count)"
        }
        for record in growth {
            guard Self.isCount(record.leaf), Self.isCount(record.epochs), Self.isLongCount(record.samples),
                Self.isCount(record.effectiveLeaves ?? 0)
            else { return "/growth holds '\(record)'" }
        }
        for record in history {
            guard
                [record.phaseIndex, record.growthStep, record.epoch, record.leaves].allSatisfy(Self.isCount)
            else {
                return "/history holds '\(record)'"
            }
        }
        if let clustering {
            let counts = clustering.leafCounts + (clustering.table?.counts.map { Int($0) } ?? [])
            if let count = counts.first(where: { !Self.isLongCount($0) }) {
                return "\(count) samples of its tree fall into one leaf"
            }
        }
        return nil
    }

    private var inputProblem: String? {
        guard let inputs else { return nil }
        let features = inputShape.reduce(1, *)
        guard inputs.scale.isFinite, inputs.scale > 0 else {
            return "attribute 'input_scale' is \(inputs.scale)"
        }
        for (name, count) in [
            ("feature_names", inputs.featureNames.count), ("feature_mean", inputs.means.count),
        ] where count != 0 && count != features {
            return "/\(name) has \(count) entries for samples of shape \(inputShape)"
        }
        guard (inputs.means + inputs.deviations).allSatisfy(\.isFinite) else {
            return "/feature_mean or /feature_deviation holds what is no number"
        }
        return nil
    }

    private static func isCount(_ number: Int) -> Bool { (0...Int(Int32.max)).contains(number) }

    /// Of samples and steps: many of them can be added up.
    private static func isLongCount(_ number: Int) -> Bool { (0...1 << 44).contains(number) }
}
