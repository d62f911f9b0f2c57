import Foundation

/// Bytes inside of a page.
package enum Base64 {
    /// Bytes as text.
    package static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
    /// A PNG file as an address.
    package static func dataURI(png: [UInt8]) -> String { "data:image/png;base64," + text(png) }
}
