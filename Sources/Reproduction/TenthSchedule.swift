import Configuration

/// A tenth of a configuration's epochs in each phase, with schedules scaled alike.
///
/// The settings are those of `configs/mnist-tenth.yml`: of the authors' PyTorch implementation, which takes short schedules
/// well, but for the learning rate.
enum TenthSchedule {
    /// What changes, as `key=value`.
    static func overrides(of configuration: Configuration) -> [String] {
        guard configuration.model.kind != .deepect else { return deepect(of: configuration) }
        let (epochs, drops) = (configuration.training.epochs, configuration.schedule.dropEvery)
        func tenth(_ number: Int) -> Int { number == 0 ? 0 : max(1, (number + 5) / 10) }
        var overrides = [
            "model.initialization=fan_in", "model.batch_norm.momentum=0.9", "model.batch_norm.epsilon=1e-5",
            "training.drop_last=true", "optimizer.learning_rate=3e-3", "optimizer.epsilon=1e-8",
            "optimizer.bias_correction=torch", "optimizer.weight_decay=1e-5", "schedule.drop_offset=0",
            "schedule.kl_lag=0", "schedule.kl_increment=\(10 * configuration.schedule.klIncrement)",
            "schedule.kl_increment_finetune=\(10 * configuration.schedule.klIncrementFinetune)",
            "growth.fixed_subset_latents=false", "growth.weighted_reconstruction=true",
        ]
        for phase in Phase.allCases {
            overrides.append("training.epochs.\(phase.rawValue)=\(tenth(epochs[phase]))")
        }
        for phase in Phase.allCases where phase != .intermediate {
            overrides.append("schedule.drop_every.\(phase.rawValue)=\(max(1, drops[phase] / 10))")
        }
        // PyTorch's intermediate phases have no drop.
        overrides.append("schedule.drop_every.intermediate=10")
        // Trees drop the rate instead; the others have time decay alone in their first phase.
        let decay = configuration.model.kind == .tree ? 0 : 10 * configuration.optimizer.timeDecay
        overrides.append("optimizer.time_decay=\(decay)")
        return overrides
    }

    /// A tenth of the epochs and of the steps between splits, at ten times the rate: Adam moves a centre by about its rate in
    /// a step, so that centres come as far.
    private static func deepect(of configuration: Configuration) -> [String] {
        let epochs = configuration.training.epochs
        return [
            "training.epochs.initial=\((epochs.initial + 5) / 10)",
            "training.epochs.finetune=\((epochs.finetune + 5) / 10)",
            "optimizer.learning_rate=\(10 * configuration.optimizer.learningRate)",
            "deepect.split_every=\(max(1, configuration.deepect.splitEvery / 10))",
        ]
    }
}
