import Collectives
import TreeModel

/// What the ranks tell each other in every step: their parts of the loss, and whether one of them wants to pause.
///
/// All ranks know the same afterwards, so they decide alike.
struct StepAgreement {
    /// Whether a rank was told to stop.
    private(set) var stops = false
    /// Whether a rank finds that a checkpoint is due.
    private(set) var isDue = false
    private let communicator: any Communicator
    /// The loss terms, and how many ranks want what.
    private var numbers = [Double](repeating: 0, count: 9)

    init(_ communicator: any Communicator) {
        self.communicator = communicator
    }

    /// - Parameters:
    ///   - terms: this rank's part of the means over the global batch.
    ///   - stops: whether this rank was told to stop.
    ///   - isDue: whether this rank finds that a checkpoint is due.
    /// - Returns: the means over the global batch.
    mutating func exchange(_ terms: LossTerms, stops: Bool, isDue: Bool) throws -> LossTerms {
        numbers[0] = terms.reconstruction
        numbers[1] = terms.klRoot
        numbers[2] = terms.klNodes
        numbers[3] = terms.klDecisions
        numbers[4] = terms.contrastive
        numbers[5] = terms.nodeCentres
        numbers[6] = terms.dataCompression
        numbers[7] = stops ? 1 : 0
        numbers[8] = isDue ? 1 : 0
        try communicator.sum(&numbers, purpose: "loss and leave to go on")
        self.stops = numbers[7] > 0
        self.isDue = numbers[8] > 0
        var sum = LossTerms()
        sum.reconstruction = numbers[0]
        sum.klRoot = numbers[1]
        sum.klNodes = numbers[2]
        sum.klDecisions = numbers[3]
        sum.contrastive = numbers[4]
        sum.nodeCentres = numbers[5]
        sum.dataCompression = numbers[6]
        return sum
    }
}
