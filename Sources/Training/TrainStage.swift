import TreeModel

/// A stage of an optimiser step, in the order in which they come.
package enum TrainStage {
    /// Samples are brought into the model.
    case gather
    /// Forward or backward of the model.
    case model(StepStage)
    /// All ranks learn whether to go on.
    case agree
    /// Gradients are summed over the ranks.
    case reduceGradients
    /// Adam, on this rank's part of the parameters.
    case optimiser
    /// Every rank gets the parameters of the others.
    case gatherParameters

    /// Its name in the figures of a benchmark.
    package var name: String {
        switch self {
        case .gather: "gather"
        case .model(let stage): stage.rawValue
        case .agree: "agree"
        case .reduceGradients: "reduce_gradients"
        case .optimiser: "optimiser"
        case .gatherParameters: "gather_parameters"
        }
    }
}

/// Told the end of each stage of an optimiser step.
package typealias TrainObserver = (TrainStage) -> Void
