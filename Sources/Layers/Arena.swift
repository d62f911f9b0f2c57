import Kernels

/// A named tensor inside an ``Arena``: where it lies and how it starts.
public final class Tensor: Sendable {
    /// What a tensor is for, which decides its first values.
    public enum Role: Sendable, Equatable {
        /// A matrix or kernel; both fans count kernel positions.
        case weight(fanIn: Int, fanOut: Int)
        /// The bias beside a weight of that fan-in.
        case bias(fanIn: Int)
        /// γ of a batch-norm.
        case scale
        /// β of a batch-norm.
        case shift
        /// Logarithm of the dispersion of counts.
        case logDispersion
        /// Running mean of a batch-norm.
        case runningMean
        /// Running variance of a batch-norm.
        case runningVariance
    }

    /// Full path, for example `node_003/inference_router/linear_1/weight`.
    public let name: String
    /// Row-major shape.
    public let shape: [Int]
    /// What the tensor is for.
    public let role: Role
    /// Index of its first value in the arena's flat array.
    public let offset: Int
    /// Number of values.
    public let count: Int

    init(name: String, shape: [Int], role: Role, offset: Int) {
        self.name = name
        self.shape = shape
        self.role = role
        self.offset = offset
        count = shape.reduce(1, *)
    }

    /// The values' place in the flat array.
    public var range: Range<Int> { offset..<offset + count }
}

/// All parameters of a model in one flat array, with gradients and optimiser moments of the same layout.
///
/// So the optimiser is one loop, the gradient exchange one range, a replica check one hash, and a checkpoint
/// enumerates names. Layers register their tensors while a model is built; ``seal(training:)`` then allocates.
/// Running statistics of batch-norms lie in a second flat array: they are state, but nothing trains them.
public final class Arena<R: Real> {
    /// Trainable tensors in layout order, without gaps.
    public private(set) var parameters: [Tensor] = []
    /// Running statistics in layout order, without gaps.
    public private(set) var statistics: [Tensor] = []

    /// Values of all parameters.
    public private(set) var values = Storage<R>(count: 0)
    /// Gradients, empty unless sealed for training.
    public private(set) var gradients = Storage<R>(count: 0)
    /// Adam's first moments, empty unless sealed for training.
    public private(set) var firstMoment = Storage<R>(count: 0)
    /// Adam's second moments, empty unless sealed for training.
    public private(set) var secondMoment = Storage<R>(count: 0)
    /// Values of all running statistics.
    public private(set) var running = Storage<R>(count: 0)

    /// Whether gradients and moments are held.
    public private(set) var isTraining = false
    private var isSealed = false

    /// An arena without tensors.
    public init() {}

    /// Number of trainable values.
    public var count: Int { parameters.last?.range.upperBound ?? 0 }
    /// Number of running statistics.
    public var statisticsCount: Int { statistics.last?.range.upperBound ?? 0 }

    /// Appends a trainable tensor and returns its place.
    public func parameter(_ name: String, shape: [Int], role: Tensor.Role) -> Tensor {
        precondition(!isSealed, "tensor \(name) comes after the arena was sealed")
        let tensor = Tensor(name: name, shape: shape, role: role, offset: count)
        parameters.append(tensor)
        return tensor
    }

    /// Appends a running statistic and returns its place.
    public func statistic(_ name: String, count: Int, role: Tensor.Role) -> Tensor {
        precondition(!isSealed, "tensor \(name) comes after the arena was sealed")
        let tensor = Tensor(name: name, shape: [count], role: role, offset: statisticsCount)
        statistics.append(tensor)
        return tensor
    }

    /// Allocates memory for all tensors registered so far; with gradients and moments if `training`.
    public func seal(training: Bool) {
        precondition(!isSealed, "an arena is sealed once")
        isSealed = true
        isTraining = training
        values = Storage(count: count)
        running = Storage(count: statisticsCount)
        if training {
            gradients = Storage(count: count)
            firstMoment = Storage(count: count)
            secondMoment = Storage(count: count)
        }
    }

    /// Where a parameter's values lie.
    public func value(_ tensor: Tensor) -> UnsafeMutablePointer<R> { values.pointer + tensor.offset }
    /// Where a parameter's gradient lies.
    public func gradient(_ tensor: Tensor) -> UnsafeMutablePointer<R> {
        gradients.pointer + tensor.offset
    }
    /// Where a running statistic's values lie.
    public func statistic(_ tensor: Tensor) -> UnsafeMutablePointer<R> { running.pointer + tensor.offset }

    /// Whether all running statistics are finite and all parameters of a magnitude at which sums of their squared
    /// products are, too, in single precision. A model whose parameters are not has diverged.
    public var isSound: Bool {
        R.countBeyond(1e8, values.pointer, count: count) == 0
            && R.countBeyond(.infinity, running.pointer, count: statisticsCount) == 0
    }

    /// A hash of every parameter and running statistic; equal replicas have equal digests.
    public func digest() -> UInt64 {
        let size = MemoryLayout<R>.stride
        let first = Kernels.digest(UnsafeRawPointer(values.pointer), byteCount: count * size)
        let second = Kernels.digest(UnsafeRawPointer(running.pointer), byteCount: statisticsCount * size)
        return first ^ (second &* 0x9E37_79B9_7F4A_7C15)
    }
}
