/// Colours of classes and curves, by number.
///
/// The first ten are Paul Tol's "muted" scheme (SRON/EPS/TN/09-002, issue 3.2), which stays apart under the common
/// deficiencies of colour vision; dark ones have a lighter twin for dark pages. Further ones are tints and shades of
/// these, and then repeat: with so many classes names tell more than colours.
package enum Palette {
    private typealias Colour = (red: Int, green: Int, blue: Int)

    /// For light and for dark pages.
    private static let base: [(light: Int, dark: Int)] = [
        (0x332288, 0x8880E8), (0xDDCC77, 0xDDCC77), (0x44AA99, 0x44AA99), (0xCC6677, 0xDD7788),
        (0x88CCEE, 0x88CCEE), (0x882255, 0xC45A8C), (0x117733, 0x4FA36A), (0xAA4499, 0xC568B6),
        (0x999933, 0xA9A945), (0xA8A8A8, 0x8C8C8C),
    ]

    /// How many there are before they repeat.
    package static let count = 30

    /// The class of style sheets for a colour: `c0` to `c29`.
    package static func name(_ index: Int) -> String { "c\(index % count)" }

    /// A colour for light pages, `#rrggbb`.
    package static func light(_ index: Int) -> String {
        text(varied(base[index % 10].light, index % count / 10))
    }
    /// A colour for dark pages, `#rrggbb`.
    package static func dark(_ index: Int) -> String {
        text(varied(base[index % 10].dark, index % count / 10))
    }

    /// Rules for the page: fills and strokes that follow its theme.
    package static var pageRules: String {
        (0..<count).map { index in
            let name = name(index)
            return ".\(name){--colour:light-dark(\(light(index)),\(dark(index)))}"
        }.joined(separator: "\n")
    }

    /// Rules for a drawing of its own, which is light.
    package static func drawingRules(_ colours: Int) -> String {
        (0..<min(count, colours)).map { ".\(name($0)){fill:\(light($0))}" }.joined(separator: "\n")
    }

    private static func varied(_ colour: Int, _ variant: Int) -> Colour {
        func mixed(_ value: Int) -> Int {
            switch variant {
            case 1: value + (255 - value) * 45 / 100
            case 2: value * 60 / 100
            default: value
            }
        }
        return (mixed(colour >> 16 & 255), mixed(colour >> 8 & 255), mixed(colour & 255))
    }

    private static func text(_ colour: Colour) -> String {
        func hex(_ value: Int) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }
        return "#" + hex(colour.red) + hex(colour.green) + hex(colour.blue)
    }
}
