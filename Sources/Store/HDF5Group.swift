internal import CHDF5
import Files

/// A group: a directory of groups and datasets, with attributes.
public final class HDF5Group: HDF5Object {

    /// Something directly inside a group.
    public struct Child: Equatable, Sendable {
        /// What a child is.
        public enum Kind: Equatable, Sendable {
            /// A group.
            case group
            /// A dataset.
            case dataset
            /// A named type, or a link that is a path, wherever it leads.
            case other
        }

        /// Name inside the group.
        public let name: String
        /// What it is.
        public let kind: Kind
    }

    /// What is directly inside, in alphabetical order.
    public func children() throws(StoreError) -> [Child] {
        try Library.locked { () throws(StoreError) in
            var information = H5G_info_t()
            try check(H5Gget_info(identifier, &information), "list")
            var children: [Child] = []
            for index in 0..<information.nlinks {
                let name = try linkName(at: index)
                children.append(Child(name: name, kind: try kind(of: name)))
            }
            return children
        }
    }

    private func linkName(at index: hsize_t) throws(StoreError) -> String {
        let length = try check(
            H5Lget_name_by_idx(
                identifier, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, chdf5_default_properties()),
            "list")
        var name = [CChar](repeating: 0, count: length + 1)
        try check(
            H5Lget_name_by_idx(
                identifier, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count,
                chdf5_default_properties()),
            "list")
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A child that cannot be opened is an error and not something else: a damaged file must not look smaller.
    private func kind(of name: String) throws(StoreError) -> Child.Kind {
        if try check(chdf5_is_hard_link(identifier, name), "look into") == 0 { return .other }
        let object = try Library.check(
            H5Oopen(identifier, name, chdf5_default_properties()), "open", file: file.path,
            object: absolute(name))
        defer { H5Oclose(object) }
        switch H5Iget_type(object) {
        case H5I_GROUP: return .group
        case H5I_DATASET: return .dataset
        default: return .other
        }
    }

    /// Whether there is something at `name`, which may be a path with several components.
    public func exists(_ name: String) throws(StoreError) -> Bool {
        try Library.locked { () throws(StoreError) in
            // H5Lexists fails, not answers no, where a component before the last is missing.
            var partial = name.hasPrefix("/") ? "/" : ""
            for component in name.split(separator: "/") {
                partial += (partial.isEmpty || partial == "/" ? "" : "/") + component
                if try check(H5Lexists(identifier, partial, chdf5_default_properties()), "look into") == 0 {
                    return false
                }
            }
            return true
        }
    }

    /// Creates a group, and those on the way to it, at `name`, which may be a path.
    /// - Throws: ``StoreError`` where there is something at that path already.
    @discardableResult
    public func createGroup(_ name: String) throws(StoreError) -> HDF5Group {
        let path = absolute(name)
        return try Library.locked { () throws(StoreError) in
            try createGroups(above: name)
            let creation = try Library.untimedProperties(
                chdf5_group_creation_class(), "create the group", file: file.path, object: path)
            defer { H5Pclose(creation) }
            let group = H5Gcreate2(
                identifier, name, chdf5_default_properties(), creation, chdf5_default_properties())
            let created = HDF5Group(
                file: file, path: path,
                identifier: try Library.check(group, "create the group", file: file.path, object: path))
            file.new?.didCreateGroup(path)
            return created
        }
    }

    /// Removes what is at `name`, which may be a path, and all below it; nothing where nothing is.
    /// - Throws: ``StoreError`` where it cannot be removed.
    public func remove(_ name: String) throws(StoreError) {
        guard try exists(name) else { return }
        try Library.locked { () throws(StoreError) in
            try check(H5Ldelete(identifier, name, chdf5_default_properties()), "remove \(name) from")
            file.new?.didRemove(absolute(name))
        }
    }

    /// Opens the group at `name`, which may be a path.
    /// - Throws: ``StoreError`` where there is none.
    public func group(_ name: String) throws(StoreError) -> HDF5Group {
        let path = absolute(name)
        return try Library.locked { () throws(StoreError) in
            let group = H5Gopen2(identifier, name, chdf5_default_properties())
            return HDF5Group(
                file: file, path: path,
                identifier: try Library.check(group, "open the group", file: file.path, object: path))
        }
    }

    /// Creates the groups on the way to `name` that are not there. The library could do it by itself, but would
    /// write the time into them.
    func createGroups(above name: String) throws(StoreError) {
        guard let slash = name.lastIndex(of: "/"), slash != name.startIndex else { return }
        let above = String(name[..<slash])
        if try !exists(above) { try createGroup(above) }
    }
}
