internal import CHDF5

/// The HDF5 library that this process is linked with.
public enum HDF5Library {
    /// Its release, such as `1.10.8`.
    public static var version: String {
        var (major, minor, release) = (UInt32(0), UInt32(0), UInt32(0))
        Library.lockedQuietly { _ = H5get_libversion(&major, &minor, &release) }
        return "\(major).\(minor).\(release)"
    }

    /// The release whose headers the program was built with.
    public static var builtVersion: String { "\(H5_VERS_MAJOR).\(H5_VERS_MINOR).\(H5_VERS_RELEASE)" }

    /// Whether it reads and writes what is compressed by deflate.
    public static var canCompress: Bool {
        var isThere = false
        Library.lockedQuietly { isThere = H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0 }
        return isThere
    }
}
