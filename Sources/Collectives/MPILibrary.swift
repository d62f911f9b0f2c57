import CMPI

/// The MPI library that this process is linked with.
public enum MPILibrary {
    /// Its name and release, such as `Open MPI v4.1.4`. May be read before the library is started, or without.
    public static var version: String {
        var text = [CChar](repeating: 0, count: Int(cmpi_max_library_version_string()))
        var length: Int32 = 0
        guard MPI_Get_library_version(&text, &length) == 0 else { return "unknown" }
        // What follows, in both families, are details of how it was built.
        let name = text.prefix(Int(length)).prefix { $0 != 0x2C && $0 != 0x0A }
        return String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The release whose headers the program was built with, so far as they say: `Open MPI v4.1.4`.
    public static var builtVersion: String { String(cString: cmpi_built_version()) }
}
