extension Architecture {
    /// Why no model can be built, naming the configuration keys; nil if one can.
    public var problem: String? {
        switch family {
        case .cnn1:
            guard inputShape.count == 3, inputShape[1] == 28, inputShape[2] == 28 else {
                return "model.family cnn1 takes images of 28x28, the samples have shape \(inputShape)"
            }
            guard let width = layers.first, width % 16 == 0, width > 0 else {
                return "model.layers must start with a multiple of 16 for model.family cnn1, it starts with "
                    + "\(layers.first.map(String.init) ?? "nothing")"
            }
        }
        return nil
    }
}
