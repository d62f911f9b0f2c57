// From rows of features to rows of samples, a square of registers at a time.

/// Transposes `LANES` vectors: a perfect shuffle of them, as often as it takes to come round to the columns.
ALWAYS_INLINE void transpose_square(vec v[LANES]) {
    UNROLL for (int step = 1; step < LANES; step *= 2) {
        vec shuffled[LANES];
        UNROLL for (int j = 0; j < LANES / 2; j++)
            UNROLL for (int lane = 0; lane < LANES; lane++) {
                shuffled[2 * j][lane] = v[j + lane % 2 * (LANES / 2)][lane / 2];
                shuffled[2 * j + 1][lane] = v[j + lane % 2 * (LANES / 2)][LANES / 2 + lane / 2];
            }
        UNROLL for (int j = 0; j < LANES; j++) v[j] = shuffled[j];
    }
}

/// `out[column * step + row] = x[row * stride + column]`, with zeros for rows up to the next multiple of `LANES`
/// (if `step` has room for them) and `columns` rounded up likewise.
static void transpose_rows(const real *x, long rows, long columns, long stride, real *out, long step) {
    for (long row = 0; row < rows; row += LANES)
        for (long column = 0; column < columns; column += LANES) {
            vec square[LANES];
            UNROLL for (int j = 0; j < LANES; j++)
                square[j] = row + j < rows ? load(x + (row + j) * stride + column) : (vec){};
            transpose_square(square);
            UNROLL for (int j = 0; j < LANES; j++) store(out + (column + j) * step + row, square[j]);
        }
}

void KERNEL(transpose)(const real *x, long rows, long columns, long stride, real *out) {
    // Sixteen rows at a time, so that reads and writes both touch whole cache lines.
    for (long first = 0; first < rows; first += 16) {
        long last = first + 16 < rows ? first + 16 : rows;
        for (long c = 0; c < columns; c++)
            for (long r = first; r < last; r++) out[c * rows + r] = x[r * stride + c];
    }
}
