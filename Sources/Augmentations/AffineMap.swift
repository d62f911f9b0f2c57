import CKernels
import Foundation

/// Where the pixels of a picture come from: for each place of the result, in pixels from the picture's centre, a place of
/// the source.
struct AffineMap {
    /// Rows and columns: `source = matrix · place + shift`.
    var matrix: (rowRow: Double, rowColumn: Double, columnRow: Double, columnColumn: Double)
    /// Pixels down and to the right.
    var shift: (row: Double, column: Double)

    /// As Keras has it, a rotation of a shift of a shear of a zoom: `R · (shift + S · Z · place)`, with
    /// `R = (cos, -sin; sin, cos)` of the rotation, `S = (1, -sin; 0, cos)` of the shear.
    ///
    /// - Parameters:
    ///   - rotation: Degrees.
    ///   - shear: Degrees.
    ///   - zoom: Factors of the distances between the places that are sampled; above 1 the picture gets smaller.
    init(
        rotation: Double, shift: (row: Double, column: Double), shear: Double,
        zoom: (row: Double, column: Double)
    ) {
        let (c, s) = (cos(rotation * .pi / 180), sin(rotation * .pi / 180))
        let (slant, upright) = (-sin(shear * .pi / 180), cos(shear * .pi / 180))
        matrix = (
            c * zoom.row, (c * slant - s * upright) * zoom.column, s * zoom.row,
            (s * slant + c * upright) * zoom.column
        )
        self.shift = (c * shift.row - s * shift.column, s * shift.row + c * shift.column)
    }

    /// Samples a picture.
    ///
    /// - Parameter fill: value of what is outside of the picture.
    func sample(
        _ picture: UnsafePointer<Float>, shape: PictureShape, isBilinear: Bool, fill: Float,
        into result: UnsafeMutablePointer<Float>
    ) {
        let (y, x) = (Double(shape.height - 1) / 2, Double(shape.width - 1) / 2)
        let coefficients: [6 of Float] = [
            Float(matrix.rowRow), Float(matrix.rowColumn),
            Float(shift.row + y - matrix.rowRow * y - matrix.rowColumn * x),
            Float(matrix.columnRow), Float(matrix.columnColumn),
            Float(shift.column + x - matrix.columnRow * y - matrix.columnColumn * x),
        ]
        coefficients.span.withUnsafeBufferPointer {
            kernels_warp(
                picture, shape.channels, shape.height, shape.width, $0.baseAddress, isBilinear ? 1 : 0, fill,
                result)
        }
    }
}
