// From rows of features to rows of samples, a square of registers at a time.

// Blocks of `width` lanes, of which a lane belongs to the second of a pair if its number has the bit `width`: the first
// blocks of two vectors, and the second ones. Lists of constants, since compilers do not make out shuffles in a loop.
#define FIRST_OF_PAIR(lane, width) ((lane) & (width) ? LANES + (lane) - (width) : (lane))
#define SECOND_OF_PAIR(lane, width) ((lane) & (width) ? LANES + (lane) : ((lane) + (width)) % (2 * LANES))
#define TWO_LANES(lane, f, width) f(lane, width), f(lane + 1, width)
#define FOUR_LANES(lane, f, width) TWO_LANES(lane, f, width), TWO_LANES(lane + 2, f, width)
#define EIGHT_LANES(lane, f, width) FOUR_LANES(lane, f, width), FOUR_LANES(lane + 4, f, width)
#define SIXTEEN_LANES(lane, f, width) EIGHT_LANES(lane, f, width), EIGHT_LANES(lane + 8, f, width)

#if VECTOR_BYTES / REAL_BYTES == 16
#define ALL_LANES(f, width) SIXTEEN_LANES(0, f, width)
#elif VECTOR_BYTES / REAL_BYTES == 8
#define ALL_LANES(f, width) EIGHT_LANES(0, f, width)
#elif VECTOR_BYTES / REAL_BYTES == 4
#define ALL_LANES(f, width) FOUR_LANES(0, f, width)
#else
#define ALL_LANES(f, width) TWO_LANES(0, f, width)
#endif

/// Exchanges the second blocks of the first vectors of pairs with the first blocks of their second ones.
#define EXCHANGE_BLOCKS(v, width)                                                              \
    if (width < LANES) {                                                                       \
        UNROLL for (int j = 0; j < LANES; j++) {                                               \
            if (j & width) continue;                                                           \
            const vec a = v[j], b = v[j + width];                                              \
            v[j] = __builtin_shufflevector(a, b, ALL_LANES(FIRST_OF_PAIR, width));             \
            v[j + width] = __builtin_shufflevector(a, b, ALL_LANES(SECOND_OF_PAIR, width));    \
        }                                                                                      \
    }

/// Transposes `LANES` vectors.
ALWAYS_INLINE void transpose_square(vec v[LANES]) {
    EXCHANGE_BLOCKS(v, 1)
    EXCHANGE_BLOCKS(v, 2)
    EXCHANGE_BLOCKS(v, 4)
    EXCHANGE_BLOCKS(v, 8)
}

#undef EXCHANGE_BLOCKS
#undef ALL_LANES
#undef SIXTEEN_LANES
#undef EIGHT_LANES
#undef FOUR_LANES
#undef TWO_LANES
#undef SECOND_OF_PAIR
#undef FIRST_OF_PAIR

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
