extension Configuration {
    /// The text of configs/strokes.yml, compiled in so that a bare `treevae-dist` needs no file beside it.
    /// A test holds the two equal.
    public static let embeddedDefault = """
        # Strokes: 4,000 training images of digits drawn by the program itself; what a bare `treevae-dist` trains.
        # A short schedule for a minute or two on two cores. Keys that are not here keep the defaults of
        # docs/configuration.md.

        training:
          batch_size: 128
          epochs:
            initial: 40
            subtree: 40
            intermediate: 15
            finetune: 40

        model:
          initialization: fan_in
          batch_norm:
            momentum: 0.9  # 32 steps an epoch: statistics have to settle ten times sooner than with 0.99
            epsilon: 1.0e-5

        optimizer:  # as in the authors' PyTorch implementation, which also takes short schedules well
          epsilon: 1.0e-8
          bias_correction: torch
          weight_decay: 1.0e-5
          time_decay: 0

        schedule:  # Learning-rate drops after two thirds of a phase; weights of the KL terms end near those of the paper.
          drop_every:
            initial: 27
            subtree: 27
            intermediate: 15
            finetune: 27
          drop_offset: 0
          kl_increment: 0.004
          kl_increment_finetune: 0.06  # reaches 1 at epoch 17 of 40
          kl_lag: 0

        growth:
          fixed_subset_latents: false
          weighted_reconstruction: true

        """
}
