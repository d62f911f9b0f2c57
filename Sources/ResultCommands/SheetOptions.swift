import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import Files

/// How pictures are put on a sheet.
struct SheetOptions: ParsableArguments {
    @Flag(help: "The pictures of FILE.png alone, without captions.")
    var plain = false

    /// Writes a sheet whose name ends in svg or png.
    ///
    /// Text in a PNG is drawn by rsvg-convert; where that is not installed the pictures come alone.
    /// - Parameter values: of the grid's pictures, as ``PictureGrid/png(_:)`` takes them.
    func write(_ sheet: CaptionedSheet, of values: [Float], to output: String) throws {
        let isTooMuch = sheet.grid.count > CaptionedSheet.mostPictures
        if output.hasSuffix(".svg") {
            if isTooMuch {
                throw TrainingError(
                    "\(sheet.grid.count) pictures are too many for a sheet with captions, which has "
                        + "\(CaptionedSheet.mostPictures) at most: write FILE.png or FILE.h5")
            }
            return try AtomicFile.write(try sheet.svg(values), to: output)
        }
        let renderer = plain || isTooMuch ? nil : try? SVGRenderer()
        if renderer == nil, !plain {
            printToStandardError(
                isTooMuch
                    ? "without captions: there are more than \(CaptionedSheet.mostPictures) pictures"
                    : "without captions, which rsvg-convert draws (Debian: librsvg2-bin); FILE.svg has them")
        }
        let png = try renderer.map { try $0.png(of: sheet.svg(values)) } ?? sheet.grid.png(values)
        try AtomicFile.write(png, to: output)
    }
}

extension CheckpointHeader {
    /// What most samples of a leaf were when they were last counted, as "mostly 7"; empty where nobody knows.
    func majority(of leaf: Int) -> String {
        let described = tree.described(
            tree.nodes[leaf], clustering: clustering, classNames: classNames)
        return described.majorityClass.map { "mostly \($0)" } ?? ""
    }
}
