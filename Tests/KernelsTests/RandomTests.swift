import CKernels
import Foundation
import Testing

@testable import Kernels

/// The four words of one Philox block.
private func philox(_ counter: [UInt32], key: UInt64) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: 4)
    kernels_philox(counter, [UInt32(truncatingIfNeeded: key), UInt32(key >> 32)], &words)
    return words
}

private func unit(_ word: UInt32) -> Double { (Double(word) + 0.5) / 4_294_967_296 }

@Suite struct RandomTests {
    /// The known answers published with Random123 (`kat_vectors`).
    @Test func knownAnswers() {
        #expect(philox([0, 0, 0, 0], key: 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        let ones = UInt32.max
        #expect(
            philox([ones, ones, ones, ones], key: .max) == [
                0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd,
            ])
        #expect(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: 0x299f_31d0_a409_3822)
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    /// The counter layout is a contract: noise must be the same in every version.
    @Test(arguments: [1, 4, 6, 8]) func normalsOfTheDocumentedCounters(dimensions: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let key: UInt64 = 0x0123_4567_89ab_cdef
            let (columns, stride) = (21, 32)
            let samples = (0..<columns).map { Int32($0 * 7919) }
            let out = Storage<R>([Double](repeating: 9, count: dimensions * stride))
            R.normals(
                key: key, samples: samples, columns: columns, node: 5, epoch: 11, stream: 3,
                dimensions: dimensions, stride: stride, into: out.pointer)
            var expected = [Double](repeating: 0, count: dimensions * stride)
            for column in 0..<columns {
                for dimension in 0..<dimensions {
                    let words = philox(
                        [UInt32(samples[column]), UInt32(dimension / 4) | 5 << 8, 11, 3], key: key)
                    let pair = dimension % 4 / 2 * 2
                    let radius = (-2 * log(unit(words[pair]))).squareRoot()
                    let angle = 2 * Double.pi * unit(words[pair + 1])
                    expected[dimension * stride + column] =
                        radius * (dimension % 2 == 0 ? cos(angle) : sin(angle))
                }
            }
            expectClose(out.doubles, expected, max(R.tolerance, 1e-14))
        }
    }

    @Test func normalsHaveTheRightMoments() {
        let columns = 1 << 17
        let samples = (0..<columns).map { Int32($0) }
        let out = Storage<Float>(count: 8 * columns)
        Float.normals(
            key: 42, samples: samples, columns: columns, node: 1, epoch: 2, stream: 0, dimensions: 8,
            stride: columns, into: out.pointer)
        let x = out.doubles
        let n = Double(x.count)
        let mean = x.reduce(0, +) / n
        let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n
        let fourth = x.map { pow($0 - mean, 4) }.reduce(0, +) / n / (variance * variance)
        // Five standard errors of a million numbers.
        #expect(abs(mean) < 5 / n.squareRoot())
        #expect(abs(variance - 1) < 5 * (2 / n).squareRoot())
        #expect(abs(fourth - 3) < 5 * (24 / n).squareRoot())
        // Dimensions of one sample, which share a block, do not correlate.
        for other in 1..<8 {
            let product = (0..<columns).map { x[$0] * x[other * columns + $0] }.reduce(0, +) / Double(columns)
            #expect(abs(product) < 5 / Double(columns).squareRoot())
        }
    }

    /// A sample's noise is the same wherever it stands in a batch, and however large the batch is.
    @Test func noiseBelongsToTheSample() {
        func noise(_ samples: [Int32], stride: Int) -> [Int32: [Float]] {
            let out = Storage<Float>(count: 6 * stride)
            Float.normals(
                key: 1, samples: samples, columns: samples.count, node: 2, epoch: 3, stream: 4, dimensions: 6,
                stride: stride, into: out.pointer)
            return Dictionary(
                uniqueKeysWithValues: samples.enumerated().map { column, sample in
                    (sample, (0..<6).map { out.pointer[$0 * stride + column] })
                })
        }
        let together = noise((0..<40).map { $0 * 3 }, stride: 48)
        #expect(noise((0..<40).reversed().map { $0 * 3 }, stride: 64) == together)
        #expect(noise([27], stride: 16)[27] == together[27])
        #expect(Set(together.values.map { $0[0] }).count == 40)
    }

    @Test func paddingIsZeroAndNodesDiffer() {
        let out = (0..<3).map { _ in Storage<Float>([Double](repeating: 5, count: 16)) }
        for (index, storage) in out.enumerated() {
            Float.normals(
                key: 1, samples: [1, 2, 3], columns: index == 0 ? 0 : 3, node: UInt32(index), epoch: 0,
                stream: 0,
                dimensions: 1, stride: 16, into: storage.pointer)
        }
        #expect(out[0].doubles.allSatisfy { $0 == 0 })
        #expect(out[1].doubles.dropFirst(3).allSatisfy { $0 == 0 })
        #expect(out[1].doubles[0] != out[2].doubles[0])
    }

    @Test(arguments: [0, 1, 63, 64, 1000]) func uniforms(count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let out = Storage<R>(count: count)
            R.uniforms(
                key: 99, tensor: 7, generation: 1, stream: 2, low: -0.25, high: 0.75, into: out.pointer,
                count: count)
            let expected = (0..<count).map {
                unit(philox([UInt32($0 / 4), 7, 1, 2], key: 99)[$0 % 4]) - 0.25
            }
            expectClose(out.doubles, expected, R.tolerance)
        }
    }

    /// Rounding to `high` would break the half-open range: between these bounds half of all numbers round up.
    @Test func uniformsStayBelowTheUpperBound() {
        let out = Storage<Float>(count: 1000)
        Float.uniforms(
            key: 5, tensor: 0, generation: 0, stream: 0, low: 1, high: Float(1).nextUp, into: out.pointer,
            count: 1000)
        #expect(out.doubles.allSatisfy { $0 == 1 })
    }
}
