import TestSupport

/// Runs `body` with a directory that holds the shards of a tiny data set in `data`.
package func withPictures(
    train: Int = 300, test: Int = 90, labelled: Bool = true, floats: Bool = false,
    _ body: (String) throws -> Void
) throws {
    try withTemporaryDirectory { directory in
        try Pictures.write(
            to: directory + "/data", train: train, test: test, labelled: labelled, floats: floats)
        try body(directory)
    }
}
