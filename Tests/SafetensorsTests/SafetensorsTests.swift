import Safetensors
import Testing
import TestSupport

@Suite struct SafetensorsTests {
    /// The bytes of a file with this header, padded or not, and so many bytes behind it.
    private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        let count = length ?? UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8)
            + Array(repeating: 0, count: data)
    }

    private func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    private func write(_ path: String) throws {
        var writer = SafetensorsWriter(metadata: ["format": "pt", "tree": "0,0"])
        writer.add("odd", .float, shape: [3]) { bytes([1.5, 0, .infinity] as [Float]) }
        writer.add("matrix/\"quoted\"", .double, shape: [2, 2]) { bytes([0.1, 0.2, -0.3, 1e300]) }
        writer.add("count", .integer, shape: []) { bytes([7]) }
        writer.add("none", .float, shape: [0, 5]) { [] }
        try writer.write(to: path)
    }

    @Test func roundTrip() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/x.safetensors"
            try write(path)
            let file = try SafetensorsFile(path)
            #expect(file.metadata == ["format": "pt", "tree": "0,0"])
            #expect(Set(file.tensors.keys) == ["odd", "matrix/\"quoted\"", "count", "none"])
            let matrix = try #require(file.tensors["matrix/\"quoted\""])
            #expect(matrix.shape == [2, 2] && matrix.element == .double)
            #expect(try file.doubles(of: matrix) == [0.1, 0.2, -0.3, 1e300])
            #expect(try file.doubles(of: file.tensors["odd"]!) == [1.5, 0, .infinity])
            #expect(try file.doubles(of: file.tensors["none"]!) == [])
            let words = message { _ = try file.doubles(of: file.tensors["count"]!) }
            #expect(words.contains("count are of type I64; F32 and F64 are read"))
        }
    }

    @Test(
        arguments: [
            ("[]", 0, nil, "does not begin with '{'"),
            ("{", 0, nil, "its header is damaged"),
            ("{}", 3, nil, "its tensors have 0 bytes, the file holds 3"),
            ("{}", 0, 1 << 62, "does not fit"),
            ("{}", 0, 3, "does not fit"),
            (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, nil, "data_offsets"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, 8, nil, "data_offsets [0, 8, 9]"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, nil, "data_offsets [8, 0]"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, nil, "data_offsets [-8, 0]"),
            (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, nil, "shape [3] has 8 bytes"),
            (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, 8, nil, "has the shape [-1]"),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8, nil,
                "has the shape"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}}"#, 8, nil,
                "has 8 bytes"
            ),
            (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, nil, "its header is damaged"),
            (#"{"a":{"dtype":"F4","shape":[9],"data_offsets":[0,9]}}"#, 8, nil, "have 9 bytes"),
            (
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, nil,
                "begins at byte 4, not at 0"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
                8, nil, "begins at byte 4, not at 8"
            ),
            (#"{"__metadata__":{"a":1}}"#, 0, nil, "its header is damaged"),
        ] as [(String, Int, UInt64?, String)])
    func hostileHeaders(_ header: String, _ data: Int, _ length: UInt64?, _ words: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/x.safetensors"
            try TestSupport.write(file(header, data: data, length: length), to: path)
            let found = message { _ = try SafetensorsFile(path) }
            #expect(found.contains(words) && found.contains(path), "\(found)")
        }
    }

    @Test func damagedFilesAreRefusedOrHarmless() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/x.safetensors"
            try write(path)
            for copy in Damage.copies(of: try TestSupport.bytes(of: path), header: 200) {
                try TestSupport.write(copy, to: path)
                do {
                    let file = try SafetensorsFile(path)
                    for tensor in file.tensors.values where tensor.element != .integer {
                        _ = try? file.doubles(of: tensor)
                    }
                } catch {
                    #expect("\(error)".contains(path))
                }
            }
            #expect(message { _ = try SafetensorsFile(directory) }.contains("directory"))
            #expect(message { _ = try SafetensorsFile(directory + "/none") }.contains("No such file"))
        }
    }

    @Test(.needs(.python("safetensors")), .needs(.python("numpy")))
    func theLibraryOfTheFormatReadsAndWritesTheSame() throws {
        try withTemporaryDirectory { directory in
            try write(directory + "/x.safetensors")
            let program = """
                from safetensors import safe_open
                from safetensors.numpy import load_file, save_file
                tensors = load_file("x.safetensors")
                with safe_open("x.safetensors", "numpy") as file:
                    print(file.metadata()["tree"])
                print(tensors["count"].shape, tensors["count"], tensors["none"].shape, tensors["odd"])
                save_file(tensors, "again.safetensors")
                """
            #expect(try PythonDocument.run(program, in: directory) == "0,0\n() 7 (0, 5) [1.5 0.  inf]\n")
            let again = try SafetensorsFile(directory + "/again.safetensors")
            let matrix = try #require(again.tensors["matrix/\"quoted\""])
            #expect(try again.doubles(of: matrix) == [0.1, 0.2, -0.3, 1e300])
        }
    }
}
