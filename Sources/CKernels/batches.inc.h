// Columns are taken 16 at a time, so that each write is whole vectors of consecutive samples.

#define DEFINE_GATHER(name, type)                                                                             \
    void KERNEL(name)(const type *source, long features, const int32_t *indices, long columns, long stride,  \
                      real scale, real *out) {                                                               \
        for (long first = 0; first < stride; first += 16) {                                                  \
            long held = columns - first < 0 ? 0 : columns - first > 16 ? 16 : columns - first;               \
            const type *rows[16];                                                                            \
            for (long c = 0; c < held; c++) rows[c] = source + (long)indices[first + c] * features;          \
            if (held == 16) {                                                                                \
                for (long f = 0; f < features; f++)                                                          \
                    for (int c = 0; c < 16; c++) out[f * stride + first + c] = (real)rows[c][f] * scale;     \
            } else {                                                                                         \
                for (long f = 0; f < features; f++)                                                          \
                    for (long c = 0; c < 16; c++)                                                            \
                        out[f * stride + first + c] = c < held ? (real)rows[c][f] * scale : 0;               \
            }                                                                                                \
        }                                                                                                    \
    }

DEFINE_GATHER(gather_bytes, uint8_t)
DEFINE_GATHER(gather_floats, float)
DEFINE_GATHER(gather_values, real)

#undef DEFINE_GATHER

void KERNEL(transpose)(const real *x, long rows, long columns, long stride, real *out) {
    // Sixteen rows at a time, so that reads and writes both touch whole cache lines.
    for (long first = 0; first < rows; first += 16) {
        long last = first + 16 < rows ? first + 16 : rows;
        for (long c = 0; c < columns; c++)
            for (long r = first; r < last; r++) out[c * rows + r] = x[r * stride + c];
    }
}
