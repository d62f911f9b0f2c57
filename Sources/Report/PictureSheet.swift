/// Pictures of one size side by side in one PNG file, row by row.
public struct PictureSheet: Codable, Equatable, Sendable {
    /// Pictures in a row.
    public var columns: Int
    /// Rows of pictures; places behind the last picture are empty.
    public var rows: Int
    /// Pictures that there are.
    public var count: Int
    /// Width of one picture in pixels.
    public var width: Int
    /// Height of one picture in pixels.
    public var height: Int
    /// The file.
    public var png: [UInt8]

    /// A sheet of `count` pictures in `columns` columns.
    public init(columns: Int, count: Int, width: Int, height: Int, png: [UInt8]) {
        precondition(columns > 0 && count > 0 && width > 0 && height > 0, "a sheet shows something")
        self.columns = columns
        rows = (count + columns - 1) / columns
        self.count = count
        self.width = width
        self.height = height
        self.png = png
    }
}
