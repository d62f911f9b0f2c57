import Foundation
import Kernels
import Layers
import Testing

@testable import GradientCheck

/// The check itself has to notice a wrong gradient, whichever entry is wrong and in which way.
@Suite struct DirectionalCheckTests {
    /// `Σ sin(k + p_k)` over two tensors of 40 and 3 values, with a gradient that may be falsified.
    private func check(_ falsify: (UnsafeMutablePointer<Double>) -> Void) -> TensorError {
        let arena = Arena<Double>()
        _ = arena.parameter("large", shape: [5, 8], role: .weight(fanIn: 8, fanOut: 5))
        _ = arena.parameter("small", shape: [3], role: .bias(fanIn: 8))
        arena.seal(training: true)
        arena.initialise(.fanIn, seed: 1, generation: 0)
        return DirectionalCheck().worst(arena, seed: 2) { withGradient in
            if withGradient {
                for k in 0..<arena.count {
                    arena.gradients.pointer[k] = cos(Double(k) + arena.values.pointer[k])
                }
                falsify(arena.gradients.pointer)
            }
            return (0..<arena.count).reduce(0) { $0 + sin(Double($1) + arena.values.pointer[$1]) }
        }
    }

    @Test func aRightGradientPasses() {
        #expect(check { _ in }.error < 1e-8)
    }

    @Test(arguments: 0..<43)
    func oneWrongEntryIsCaught(entry: Int) {
        let worst = check { $0[entry] += 1e-2 }
        #expect(worst.error > GradientCheck.tolerance)
        #expect(worst.name == (entry < 40 ? "large" : "small"))
    }

    @Test func aWrongSignScaleOrOrderIsCaught() {
        #expect(check { $0[41] = -$0[41] }.error > 0.01)
        #expect(check { for k in 0..<40 { $0[k] *= 1.0001 } }.error > GradientCheck.tolerance)
        #expect(check { ($0[3], $0[4]) = ($0[4], $0[3]) }.error > 0.01)
        #expect(check { for k in 40..<43 { $0[k] = 0 } }.error > 0.01)
    }

    @Test func aMissingNumberIsCaught() {
        let worst = check { $0[7] = .nan }
        #expect(worst.error.isNaN && worst.name == "large")
        #expect(!GradientCheck(name: "", worst: worst).passes)
    }
}
