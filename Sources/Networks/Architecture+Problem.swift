extension Architecture {
    /// Why no model can be built, naming the configuration keys; nil if one can.
    public var problem: String? {
        switch family {
        case .cnn1: imageProblem(sides: [28]) ?? widthProblem(multipleOf: 16)
        case .cnnOmni: imageProblem(sides: [28]) ?? widthProblem(multipleOf: 4)
        case .mlp:
            covariates < inputs
                ? nil
                : "model.covariates is \(covariates), samples have \(inputs) values, covariates included"
        case .cnn2: imageProblem(sides: [32, 64]) ?? widthProblem(multipleOf: 128)
        }
    }

    private func imageProblem(sides: [Int]) -> String? {
        guard inputShape.count == 3, inputShape[1] == inputShape[2], sides.contains(inputShape[1]) else {
            let sizes = sides.map { "\($0)x\($0)" }.joined(separator: " or ")
            return
                "model.family \(family.rawValue) takes images of \(sizes), the samples have shape \(inputShape); "
                + "model.family mlp takes any"
        }
        return nil
    }

    private func widthProblem(multipleOf factor: Int) -> String? {
        let width = layers[0]
        guard width > 0, width % factor == 0 else {
            return
                "model.layers must start with a multiple of \(factor) for model.family \(family.rawValue), it "
                + "starts with \(width)"
        }
        return nil
    }
}
