extension EpochRecord {
    /// The numbers of a record: the keys of a line of JSON, the columns of a checkpoint's history.
    public enum Column: String, CaseIterable, CodingKey, Sendable {
        case phaseIndex = "phase_index"
        case growthStep = "growth_step"
        case epoch, leaves, loss
        case recLoss = "rec_loss"
        case klRoot = "kl_root"
        case klNodes = "kl_nodes"
        case klDecisions = "kl_decisions"
        case contrastive
        case nodeCentres = "node_centres"
        case dataCompression = "data_compression"
        case alpha
        case learningRate = "learning_rate"
        case seconds
        case samplesPerSecond = "samples_per_second"
        case acc, nmi

        /// Whether only some kinds of runs have such a part of the loss.
        public var isOfSomeRuns: Bool { [.contrastive, .nodeCentres, .dataCompression].contains(self) }

        /// Whether there are runs without it: of another kind, or without labels.
        var isOptional: Bool { isOfSomeRuns || [.acc, .nmi].contains(self) }

        /// Whether the numbers are whole.
        public var isCount: Bool { [.phaseIndex, .growthStep, .epoch, .leaves].contains(self) }
    }

    /// The number in a column; `nil` if it was not measured.
    public subscript(column: Column) -> Double? {
        switch column {
        case .phaseIndex: Double(phaseIndex)
        case .growthStep: Double(growthStep)
        case .epoch: Double(epoch)
        case .leaves: Double(leaves)
        case .loss: loss
        case .recLoss: recLoss
        case .klRoot: klRoot
        case .klNodes: klNodes
        case .klDecisions: klDecisions
        case .contrastive: contrastive
        case .nodeCentres: nodeCentres
        case .dataCompression: dataCompression
        case .alpha: alpha
        case .learningRate: learningRate
        case .seconds: seconds
        case .samplesPerSecond: samplesPerSecond
        case .acc: acc
        case .nmi: nmi
        }
    }

    /// A record from its columns.
    /// - Parameters:
    ///   - phase: Name of the phase.
    ///   - value: The number in a column, `nil` if there is none: a count becomes 0, a measure NaN,
    ///     what not all runs have stays absent.
    public init(phase: String, value: (Column) -> Double?) {
        func count(_ column: Column) -> Int { value(column).flatMap { Int(exactly: $0) } ?? 0 }
        func measure(_ column: Column) -> Double { value(column) ?? .nan }
        self.init(
            phase: phase, phaseIndex: count(.phaseIndex), growthStep: count(.growthStep),
            epoch: count(.epoch), leaves: count(.leaves), loss: measure(.loss),
            recLoss: measure(.recLoss), klRoot: measure(.klRoot), klNodes: measure(.klNodes),
            klDecisions: measure(.klDecisions), contrastive: value(.contrastive),
            nodeCentres: value(.nodeCentres), dataCompression: value(.dataCompression),
            alpha: measure(.alpha),
            learningRate: measure(.learningRate), seconds: measure(.seconds),
            samplesPerSecond: measure(.samplesPerSecond), acc: value(.acc), nmi: value(.nmi))
    }
}
