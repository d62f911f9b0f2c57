extension Configuration {
    /// The text of configs/strokes.yml, compiled in so that a bare `treevae-dist` needs no file beside it.
    /// A test holds the two equal.
    public static let embeddedDefault = """
        # Strokes: 4,000 training images of digits drawn by the program itself; what a bare `treevae-dist` trains.
        # A short schedule for minutes on two cores. Keys that are not here keep the defaults of docs/configuration.md.

        training:
          batch_size: 128
          epochs:
            initial: 30
            subtree: 20
            intermediate: 10
            finetune: 30

        model:
          batch_norm:
            momentum: 0.9  # 32 steps an epoch: statistics have to settle ten times sooner than with 0.99

        schedule:  # Learning-rate drops after two thirds of a phase; weights of the KL terms end near those of the paper.
          drop_every:
            initial: 20
            subtree: 14
            intermediate: 10
            finetune: 20
          drop_offset: 0
          kl_increment: 0.005
          kl_increment_finetune: 0.07  # reaches 1 at epoch 16 of 30

        """
}
