extension Configuration {
    /// Settings that belong together. A profile that is named sets them, where the same text does not name them too.
    public enum Profile: String, Choice {
        /// The defaults.
        case none
        /// Layers and colours of the TensorFlow implementation, which made the published tables, where the defaults are
        /// those of the PyTorch implementation.
        case published

        /// The settings as YAML text, by key.
        var settings: [String: String] {
            switch self {
            case .none: [:]
            case .published:
                [
                    "model.borders": "tensorflow", "augmentation.colour.order": "fixed",
                    "augmentation.colour.contrast_mean": "channel",
                ]
            }
        }
    }
}
