import Testing
import Training

/// A whole training on a tiny data set, with ranks that are threads.
package struct TinyRun {
    /// Directory of shards.
    package var data: String
    package var overrides: [String]

    /// Root and two leaves, two splits with an intermediate phase between them, fine-tuning: every phase there is.
    package static let schedule = [
        "precision=double", "model.batch_norm.momentum=0.5", "model.layers=[16,12,12,12]",
        "model.latent=[3,3,3,3]", "training.batch_size=48",
        "training.epochs.initial=2", "training.epochs.subtree=2", "training.epochs.intermediate=1",
        "training.epochs.finetune=2", "growth.max_leaves=4", "growth.max_depth=3",
        "growth.intermediate_every=1",
        "growth.minimum_samples=20", "optimizer.learning_rate=0.01", "schedule.kl_start=0.01",
        "schedule.kl_increment=0.1", "schedule.kl_increment_finetune=0.5", "schedule.drop_every.finetune=1",
        "training.replica_check_every=3", "checkpoint.keep=1000",
    ]

    /// For runs whose last model alone is looked at: most of their time goes into checkpoints.
    package static let fewCheckpoints = "checkpoint.every_epochs=1000"

    /// What the authors' PyTorch implementation does where it differs from the defaults.
    package static let pytorch = [
        "model.initialization=fan_in", "model.batch_norm.epsilon=1e-5",
        "optimizer.epsilon=1e-8", "optimizer.bias_correction=torch", "optimizer.weight_decay=1e-5",
        "optimizer.time_decay=0", "training.drop_last=true", "schedule.drop_offset=0", "schedule.kl_lag=0",
        "growth.fixed_subset_latents=false", "growth.weighted_reconstruction=true",
    ]

    /// Two augmented views of each sample, in grey.
    package static let twoViews = [
        "augmentation.method=crop_and_jitter", "augmentation.views=2", "augmentation.colour.saturation=0",
        "augmentation.colour.hue=0", "augmentation.colour.grey=0",
    ]

    /// The contrastive extension.
    package static let contrastive = twoViews + ["contrastive.weight=20", "contrastive.hidden=8"]

    package init(data: String, _ overrides: [String] = []) {
        self.data = data
        self.overrides = Self.schedule + overrides
    }

    /// Runs on so many ranks; all must end with the same tree.
    ///
    /// - Parameter changes: settings that are others than those of the run, or of the run that is resumed.
    @discardableResult
    package func run(
        in directory: String, ranks: Int, resumes: Bool = false, with changes: [String] = []
    ) throws -> ThreadTraining.Outcome {
        let outcomes = try ThreadTraining.run(
            (resumes ? [] : overrides) + changes, on: .shards(data), in: directory, ranks: ranks,
            resumes: resumes)
        for outcome in outcomes {
            #expect(outcome.tree == outcomes[0].tree)
            #expect(outcome.history.map(\.loss) == outcomes[0].history.map(\.loss))
        }
        return outcomes[0]
    }
}
