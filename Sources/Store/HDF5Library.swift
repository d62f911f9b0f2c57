internal import CHDF5

/// The HDF5 library that this process is linked with.
public enum HDF5Library {
    /// Its release, such as `1.10.8`.
    public static var version: String {
        var (major, minor, release) = (UInt32(0), UInt32(0), UInt32(0))
        Library.lockedQuietly { _ = H5get_libversion(&major, &minor, &release) }
        return "\(major).\(minor).\(release)"
    }
}
