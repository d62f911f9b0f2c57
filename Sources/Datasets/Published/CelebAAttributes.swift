/// The attributes of CelebA's pictures.
struct CelebAAttributes {
    /// Their names, forty.
    let names: [String]
    /// By picture: 1 where an attribute holds, 0 where not, `[names.count]`.
    let rows: [String: [UInt8]]

    /// Reads the publisher's table: a line with the number of pictures, one with the names of the attributes, then
    /// one for each picture, its name and 1 or -1 for each attribute.
    /// - Throws: ``DatasetError`` naming the line that is not like this, `ArchiveError` where the file cannot be
    ///   read.
    init(_ path: String) throws {
        func failure(_ number: Int, _ problem: String) -> DatasetError {
            DatasetError(path, "line \(number) \(problem)", advice: "the file is damaged, or not CelebA's")
        }
        let lines = try TextTable.lines(of: path)
        guard lines.count >= 2, lines[0].fields.count == 1, let count = Int(lines[0].fields[0]) else {
            throw failure(1, "is not the number of pictures")
        }
        guard count == lines.count - 2 else {
            throw failure(1, "announces \(count) pictures, but \(lines.count - 2) follow")
        }
        names = lines[1].fields
        var rows: [String: [UInt8]] = [:]
        rows.reserveCapacity(count)
        for (number, fields) in lines.dropFirst(2) {
            guard fields.count == names.count + 1, fields.dropFirst().allSatisfy({ $0 == "1" || $0 == "-1" })
            else { throw failure(number, "is not the name of a picture and \(names.count) times 1 or -1") }
            guard rows.updateValue(fields.dropFirst().map { $0 == "1" ? 1 : 0 }, forKey: fields[0]) == nil
            else {
                throw failure(number, "names \(fields[0]) a second time")
            }
        }
        self.rows = rows
    }
}
