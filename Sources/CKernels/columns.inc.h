// Columns of a matrix by their places: what runs on some samples of a batch. Places are distinct, so no two lanes meet.

void KERNEL(gather_columns)(const real *x, long rows, long stride, const int32_t *places, long columns,
                            long out_stride, real *out) {
    for (long r = 0; r < rows; r++) {
        const real *from = x + r * stride;
        real *to = out + r * out_stride;
        ELEMENTWISE for (long c = 0; c < columns; c++) to[c] = from[places[c]];
        for (long c = columns; c < out_stride; c++) to[c] = 0;
    }
}

void KERNEL(add_columns)(const real *x, long rows, long stride, const int32_t *places, long columns,
                         long out_stride, real *out) {
    for (long r = 0; r < rows; r++) {
        const real *from = x + r * stride;
        real *to = out + r * out_stride;
        ELEMENTWISE for (long c = 0; c < columns; c++) to[places[c]] += from[c];
    }
}
