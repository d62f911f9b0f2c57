import Testing

@testable import Augmentations

@Suite struct CropAndJitterTests {
    private static let cifar = CropAndJitter(
        minimumArea: 0.2, maximumRatio: 4.0 / 3, isBicubic: true, mirrorProbability: 0.5,
        jitterProbability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1,
        greyProbability: 0.2)
    private static let celeba = CropAndJitter(
        minimumArea: 0.75, maximumRatio: 1.25, isBicubic: false, mirrorProbability: 0.5,
        jitterProbability: 0.8, brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0, greyProbability: 0)

    private func changes(_ augmentation: CropAndJitter, count: Int = 4000) -> [CropAndJitter.Change] {
        let shape = PictureShape([3, 32, 32])!
        return (0..<count).map { sample in
            var draws = UniformDraws(key: 3, sample: Int32(sample), view: 0, epoch: 1, stream: 8)
            return augmentation.change(&draws, shape: shape)
        }
    }

    private func share(_ changes: [CropAndJitter.Change], _ holds: (CropAndJitter.Change) -> Bool) -> Double {
        Double(changes.count(where: holds)) / Double(changes.count)
    }

    @Test func boxesAreWithinTheirRanges() {
        for (augmentation, area, ratio) in [(Self.cifar, 0.2, 4.0 / 3), (Self.celeba, 0.75, 1.25)] {
            let boxes = changes(augmentation).map(\.box)
            let areas = boxes.map { $0.height * $0.width / 1024 }
            let ratios = boxes.map { $0.width / $0.height }
            #expect(areas.allSatisfy { $0 >= area - 1e-9 && $0 <= 1 + 1e-9 })
            #expect(areas.min()! < area + 0.01 && areas.max()! > 0.98)
            #expect(ratios.allSatisfy { $0 >= 1 / ratio - 1e-9 && $0 <= ratio + 1e-9 })
            #expect(ratios.min()! < 1 / ratio + 0.01 && ratios.max()! > ratio - 0.01)
            #expect(
                boxes.allSatisfy {
                    $0.top >= 0 && $0.left >= 0 && $0.top + $0.height <= 32 + 1e-9
                        && $0.left + $0.width <= 32 + 1e-9
                })
        }
    }

    @Test func probabilitiesAreThose() {
        let all = changes(Self.cifar)
        func name(_ change: ColourChange) -> String {
            switch change {
            case .brightness: "b"
            case .contrast, .channelContrast: "c"
            case .saturation: "s"
            case .hue: "h"
            }
        }
        // Five standard errors of 4,000 draws.
        #expect(abs(share(all, \.isMirrored) - 0.5) < 0.04)
        #expect(abs(share(all) { $0.colours.count >= 4 } - 0.8) < 0.032)
        #expect(abs(share(all) { $0.colours.last == .saturation(0) } - 0.2) < 0.032)
        let orders = Dictionary(
            grouping: all.filter { $0.colours.count >= 4 }.map { $0.colours.prefix(4).map(name).joined() },
            by: { $0 })
        #expect(orders.count == 24)
        #expect(orders.values.allSatisfy { (80...190).contains($0.count) })
        for colour in all.flatMap({ $0.colours.prefix($0.colours.count / 4 * 4) }) {
            switch colour {
            case .brightness(let factor), .contrast(let factor), .saturation(let factor),
                .channelContrast(let factor):
                #expect(abs(factor - 1) <= 0.4)
            case .hue(let shift): #expect(abs(shift) <= 0.1)
            }
        }
        // The same draws in a fixed order, about other means.
        var fixed = Self.cifar
        (fixed.isOrderRandom, fixed.contrastsChannels) = (false, true)
        for (change, random) in zip(changes(fixed), all) {
            #expect(change.colours.count == random.colours.count)
            guard change.colours.count >= 4 else { continue }
            #expect(change.colours.prefix(4).map(name).joined() == "bcsh")
            let factors = random.colours.prefix(4).map { colour in
                if case .contrast(let factor) = colour {
                    ColourChange.channelContrast(factor)
                } else {
                    colour
                }
            }
            #expect(change.colours.prefix(4).allSatisfy(factors.contains))
        }
        let faces = changes(Self.celeba)
        #expect(faces.allSatisfy { $0.colours.isEmpty || $0.colours.count == 3 })
        #expect(
            faces.flatMap(\.colours).allSatisfy {
                if case .hue = $0 { false } else { $0 != .saturation(0) }
            })
    }

    @Test func identityParametersGiveThePictureBack() {
        let still = CropAndJitter(
            minimumArea: 1, maximumRatio: 1, isBicubic: true, mirrorProbability: 0, jitterProbability: 1,
            brightness: 0, contrast: 0, saturation: 0, hue: 0, greyProbability: 0)
        for picture in [TestPicture(3, 32, 32), TestPicture(1, 8, 8)] {
            #expect(picture.augmented(still).distance(to: picture) < 1e-6)
        }
    }

    @Test func viewsDifferAndStayInRange() {
        let picture = TestPicture(3, 32, 32)
        for augmentation in [Self.cifar, Self.celeba] {
            for sample in 0..<50 {
                let views = [0, 1].map { picture.augmented(augmentation, sample: Int32(sample), view: $0) }
                #expect(views[0].distance(to: views[1]) > 0.05)
                #expect(views.allSatisfy { $0.values.allSatisfy { (0...1).contains($0) } })
            }
        }
        let grey = CropAndJitter(
            minimumArea: 1, maximumRatio: 1, isBicubic: true, mirrorProbability: 0, jitterProbability: 0,
            brightness: 0, contrast: 0, saturation: 0, hue: 0, greyProbability: 1)
        let found = picture.augmented(grey)
        for pixel in 0..<1024 {
            #expect(abs(found.values[pixel] - found.values[pixel + 1024]) < 1e-6)
            #expect(abs(found.values[pixel] - found.values[pixel + 2048]) < 1e-6)
        }
    }
}
