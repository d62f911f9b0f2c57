internal import CHDF5
import Files

/// An open group or dataset; closed when the last reference goes.
///
/// It keeps its ``HDF5File`` open unless that is closed explicitly, after which every use throws.
public class HDF5Object {
    /// The file that the object is in.
    public let file: HDF5File
    /// Absolute path inside the file.
    public let path: String
    let identifier: hid_t

    init(file: HDF5File, path: String, identifier: hid_t) {
        self.file = file
        self.path = path
        self.identifier = identifier
    }

    deinit {
        Library.lockedQuietly {
            // Fails harmlessly where closing the file has already closed the object.
            if H5Oclose(identifier) < 0, file.isOpen { file.new?.didFail("write \(path) of") }
        }
    }

    /// An error about this object.
    func failure(_ operation: String, _ reason: String, hint: String? = nil) -> StoreError {
        StoreError(operation: operation, file: file.path, object: path, reason: reason, hint: hint)
    }

    /// Returns `result` unless it is negative; the error names this object.
    @discardableResult
    func check<Code: SignedInteger>(_ result: Code, _ operation: String) throws(StoreError) -> Code {
        try Library.check(result, operation, file: file.path, object: path)
    }

    /// The path of something below this object; a leading "/" starts at the root.
    func absolute(_ name: String) -> String {
        if name.hasPrefix("/") { return name }
        return path == "/" ? "/" + name : path + "/" + name
    }
}
