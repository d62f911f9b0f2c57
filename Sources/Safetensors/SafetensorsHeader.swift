import Bounds
import Foundation

/// The header of a safetensors file: what each tensor is and where its values lie.
struct SafetensorsHeader {
    let tensors: [SafetensorsTensor]
    let metadata: [String: String]

    private static var metadataKey: String { "__metadata__" }

    init(_ bytes: [UInt8], path: String) throws(SafetensorsError) {
        guard bytes.first == UInt8(ascii: "{") else {
            throw SafetensorsError(path, "it is no safetensors file: its header does not begin with '{'")
        }
        do {
            let contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
            metadata = contents.metadata
            tensors = try contents.tensors.map { name, described in
                try Self.tensor(name, described, path: path)
            }
        } catch let error as SafetensorsError {
            throw error
        } catch {
            throw SafetensorsError(path, "its header is damaged: \(Self.reason(of: error))")
        }
    }

    private static func tensor(
        _ name: String, _ described: Description, path: String
    ) throws(SafetensorsError) -> SafetensorsTensor {
        func fail(_ problem: String) -> SafetensorsError {
            SafetensorsError(path, "its header is damaged: tensor \(name) \(problem)")
        }
        let offsets = described.offsets
        guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0] else {
            throw fail("has data_offsets \(offsets)")
        }
        guard let count = Bounds.count(described.shape, limit: .max) else {
            throw fail("has the shape \(described.shape)")
        }
        if let size = SafetensorsTensor.sizes[described.dtype] {
            guard Bounds.count([count, size]) == offsets[1] - offsets[0] else {
                throw fail(
                    "of type \(described.dtype) and shape \(described.shape) has \(offsets[1] - offsets[0]) bytes"
                )
            }
        }
        return SafetensorsTensor(
            name: name, type: described.dtype, shape: described.shape, bytes: offsets[0]..<offsets[1])
    }

    /// Requires that the tensors' values fill the bytes behind the header, without gaps and each byte once.
    func check(dataBytes: Int, path: String) throws(SafetensorsError) {
        var end = 0
        let inOrder = tensors.sorted {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        for tensor in inOrder {
            guard tensor.bytes.lowerBound == end else {
                throw SafetensorsError(
                    path,
                    "its header is damaged: tensor \(tensor.name) begins at byte \(tensor.bytes.lowerBound), not at \(end)"
                )
            }
            end = tensor.bytes.upperBound
        }
        guard end == dataBytes else {
            throw SafetensorsError(
                path,
                "its tensors have \(end) bytes, the file holds \(dataBytes) behind its header: make or copy it again"
            )
        }
    }

    /// The header of tensors, padded with blanks so that their values lie aligned.
    static func bytes(_ tensors: [SafetensorsTensor], metadata: [String: String]) throws -> [UInt8] {
        let contents = Contents(
            tensors: Dictionary(
                uniqueKeysWithValues: tensors.map {
                    let offsets = [$0.bytes.lowerBound, $0.bytes.upperBound]
                    return ($0.name, Description(dtype: $0.type, shape: $0.shape, offsets: offsets))
                }), metadata: metadata)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = Array(try encoder.encode(contents))
        bytes += Array(repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
        return bytes
    }

    /// What the JSON says of one tensor.
    private struct Description: Codable {
        var dtype: String
        var shape: [Int]
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    private struct Contents: Codable {
        var tensors: [String: Description]
        var metadata: [String: String]

        init(tensors: [String: Description], metadata: [String: String]) {
            self.tensors = tensors
            self.metadata = metadata
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            (tensors, metadata) = ([:], [:])
            for name in container.allKeys {
                if name.stringValue == SafetensorsHeader.metadataKey {
                    metadata = try container.decode([String: String].self, forKey: name)
                } else {
                    tensors[name.stringValue] = try container.decode(Description.self, forKey: name)
                }
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            if !metadata.isEmpty {
                try container.encode(metadata, forKey: Name(SafetensorsHeader.metadataKey))
            }
            for (name, description) in tensors { try container.encode(description, forKey: Name(name)) }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// A decoder's reason in one line.
    private static func reason(of error: any Error) -> String {
        let context: DecodingError.Context? =
            switch error as? DecodingError {
            case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
                .valueNotFound(_, let context):
                context
            default: nil
            }
        guard let context else { return "\(error)" }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return (path.isEmpty ? "" : "\(path): ") + context.debugDescription
    }
}
