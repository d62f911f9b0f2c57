internal import CHDF5

extension HDF5File {
    /// Opens the file at `path`, reads every dataset from its first byte to its last, so that each
    /// checksum is compared, lists every attribute, and compares those that are sealed.
    /// - Throws: ``StoreError`` naming the first object that cannot be read.
    public static func verify(_ path: String) throws(StoreError) {
        let file = try open(path)
        try file.root.verify()
        try file.close()
    }
}

extension HDF5Group {
    fileprivate func verify() throws(StoreError) {
        _ = try attributeNames()
        try verifyAttributes()
        for child in try children() {
            switch child.kind {
            case .group: try group(child.name).verify()
            case .dataset: try dataset(child.name).verify()
            case .other: break
            }
        }
    }
}
