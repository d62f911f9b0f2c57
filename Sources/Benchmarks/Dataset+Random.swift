import Datasets

extension Dataset {
    /// Grey values without any pattern, the same in every run; the kernels take as long on images.
    package static func random(_ count: Int, of shape: [Int]) -> Dataset {
        var generator: UInt64 = 1
        let bytes = (0..<count * shape.reduce(1, *)).map { _ in
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(generator >> 56)
        }
        return Dataset(bytes: bytes, shape: shape, name: "random", source: "a linear congruential generator")
    }
}
