import Foundation

/// Files inside of a page.
enum Base64 {
    /// A PNG file as an address.
    static func dataURI(png: [UInt8]) -> String { "data:image/png;base64," + Data(png).base64EncodedString() }
}
