internal import CHDF5
internal import CZlib
import Files

extension HDF5Object {
    /// The attribute that holds the seal.
    private static var sealName: String { "attributes_crc32" }

    /// Compares the attributes with their seal, which files had before they had a digest of all their contents: the
    /// CRC-32 of the attributes' bytes, one after the other in the alphabetical order of their names. An object
    /// without one passes.
    /// - Throws: ``StoreError`` where they are not what was sealed.
    func verifySeal() throws(StoreError) {
        guard try hasAttribute(Self.sealName) else { return }
        let sealed: Int = try attribute(Self.sealName)
        let found = Int(try checksumOfAttributes())
        guard sealed == found else {
            throw failure(
                "read the attributes of",
                "their checksum is \(found), attribute '\(Self.sealName)' says \(sealed)")
        }
    }

    private func checksumOfAttributes() throws(StoreError) -> UInt {
        var checksum: UInt = 0
        for name in try attributeNames() where name != Self.sealName {
            let bytes = try bytes(ofAttribute: name)
            // Without bytes there may be no address, which zlib takes for a call to start anew.
            if bytes.isEmpty { continue }
            checksum = bytes.withUnsafeBufferPointer { crc32(checksum, $0.baseAddress, UInt32($0.count)) }
        }
        return checksum
    }
}
