internal import CHDF5
import Files

extension HDF5File {
    /// Tells `body` of every object, once each, a group before what is in it and that in alphabetical order.
    ///
    /// Links that are paths, and second names of objects, are of kind `other` and not followed: no file leads into
    /// others or in circles.
    /// - Throws: ``StoreError`` where an object cannot be opened, or whatever `body` throws.
    public func forEach(
        _ body: (_ path: String, _ kind: HDF5Group.Child.Kind) throws(StoreError) -> Void
    ) throws(StoreError) {
        var seen: Set = [try identity(of: "/")]
        try body("/", .group)
        // Those that come next at the end.
        var waiting = ["/"]
        while let path = waiting.popLast() {
            let group = try path == "/" ? root : root.group(path)
            var groups: [String] = []
            for child in try group.children() {
                let path = group.absolute(child.name)
                let isNew = child.kind == .other ? false : seen.insert(try identity(of: path)).inserted
                try body(path, isNew ? child.kind : .other)
                if isNew, child.kind == .group { groups.append(path) }
            }
            waiting += groups.reversed()
        }
    }

    private func identity(of path: String) throws(StoreError) -> Identity {
        let object = try object(path)
        return try Library.locked { () throws(StoreError) in
            var identity = chdf5_identity()
            try object.check(chdf5_identify(object.identifier, &identity), "look at")
            return Identity(file: identity.file, object: withUnsafeBytes(of: identity.object) { Array($0) })
        }
    }

    /// The object at `path`, of which nothing is known yet.
    func object(_ path: String) throws(StoreError) -> HDF5Object {
        try Library.locked { () throws(StoreError) in
            let object = H5Oopen(identifier, path, chdf5_default_properties())
            return HDF5Object(
                file: self, path: path,
                identifier: try Library.check(object, "open", file: self.path, object: path))
        }
    }
}

/// What tells an object from all others.
private struct Identity: Hashable {
    let file: UInt
    let object: [UInt8]
}
