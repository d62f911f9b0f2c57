// Matrix products with the batch innermost. Sums of a block of outputs stay in registers while the inputs go by,
// one after the other: a column's result does not depend on which columns lie beside it.

enum { PRODUCT_ROW_VECTORS = 8 };

/// `sums[j, v] += Σ over count of weights[j] * x[v]`: `outputs` rows by `vectors` vectors of columns.
ALWAYS_INLINE void add_product(const int outputs, const int vectors, const real *weights, long output_step,
                               long input_step, const real *x, long x_step, long count, vec *sums) {
    for (long i = 0; i < count; i++) {
        vec values[PRODUCT_ROW_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) values[v] = load(x + v * LANES);
        UNROLL for (int j = 0; j < outputs; j++) {
            vec weight = broadcast(weights[j * output_step]);
            UNROLL for (int v = 0; v < vectors; v++) sums[j * vectors + v] += weight * values[v];
        }
        weights += input_step;
        x += x_step;
    }
}

/// Calls `block(p, outputs, vectors, o, column)` for blocks that together cover `outputs` rows by `columns` columns, with
/// constant sizes: whole blocks of rows first, the rest row by row.
#define COVER_WITH_BLOCKS(block, p, outputs, columns)                                                                  \
    const long blocked = (outputs) / CHANNEL_BLOCK * CHANNEL_BLOCK;                                                    \
    long column = 0;                                                                                                   \
    for (; column + CHANNEL_BLOCK_VECTORS * LANES <= (columns); column += CHANNEL_BLOCK_VECTORS * LANES)               \
        for (long o = 0; o < blocked; o += CHANNEL_BLOCK) block(p, CHANNEL_BLOCK, CHANNEL_BLOCK_VECTORS, o, column);   \
    for (; column < (columns); column += LANES)                                                                        \
        for (long o = 0; o < blocked; o += CHANNEL_BLOCK) block(p, CHANNEL_BLOCK, 1, o, column);                       \
    for (long o = blocked; o < (outputs); o++) {                                                                       \
        for (column = 0; column + PRODUCT_ROW_VECTORS * LANES <= (columns); column += PRODUCT_ROW_VECTORS * LANES)     \
            block(p, 1, PRODUCT_ROW_VECTORS, o, column);                                                               \
        for (; column < (columns); column += LANES) block(p, 1, 1, o, column);                                         \
    }

typedef struct {
    const real *weights;
    long output_step, input_step;
    const real *bias, *x;
    long inputs, stride;
    real *out;
    int added;
} product;

ALWAYS_INLINE void product_block(const product *p, const int outputs, const int vectors, long o, long column) {
    vec sums[REGISTER_SUMS];
    real *out = p->out + o * p->stride + column;
    UNROLL for (int j = 0; j < outputs; j++)
        UNROLL for (int v = 0; v < vectors; v++)
            sums[j * vectors + v] =
                p->added ? load(out + j * p->stride + v * LANES) : broadcast(p->bias ? p->bias[o + j] : 0);
    add_product(outputs, vectors, p->weights + o * p->output_step, p->output_step, p->input_step, p->x + column,
                p->stride, p->inputs, sums);
    UNROLL for (int j = 0; j < outputs; j++)
        UNROLL for (int v = 0; v < vectors; v++) store(out + j * p->stride + v * LANES, sums[j * vectors + v]);
}

void KERNEL(multiply_columns)(const real *weights, long output_step, long input_step, const real *bias, const real *x,
                              long inputs, long outputs, long stride, int added, real *out) {
    const product fields = {weights, output_step, input_step, bias, x, inputs, stride, out, added};
    const product *p = &fields;
    COVER_WITH_BLOCKS(product_block, p, outputs, stride)
}

typedef struct {
    const real *dy, *rows;
    long slice, stride, features, padded_features;
    double *out;
} outer_product;

/// Sums of slices in `real`, sums of these in double.
ALWAYS_INLINE void outer_product_block(const outer_product *p, const int outputs, const int vectors, long o,
                                       long feature) {
    vec_double totals[REGISTER_SUMS];
    UNROLL for (int s = 0; s < outputs * vectors; s++) totals[s] = (vec_double){};
    for (long start = 0; start < p->stride; start += p->slice) {
        long count = p->stride - start < p->slice ? p->stride - start : p->slice;
        vec sums[REGISTER_SUMS];
        UNROLL for (int s = 0; s < outputs * vectors; s++) sums[s] = (vec){};
        add_product(outputs, vectors, p->dy + o * p->stride + start, p->stride, 1,
                    p->rows + start * p->padded_features + feature, p->padded_features, count, sums);
        UNROLL for (int s = 0; s < outputs * vectors; s++) totals[s] += widen(sums[s]);
    }
    long held = p->features - feature;
    for (int j = 0; j < outputs; j++) {
        double *out = p->out + (o + j) * p->features + feature;
        if (held >= vectors * LANES)
            UNROLL for (int v = 0; v < vectors; v++) *(vec_double_unaligned *)(out + v * LANES) = totals[j * vectors + v];
        else
            for (long i = 0; i < held; i++) out[i] = totals[j * vectors + i / LANES][i % LANES];
    }
}

void KERNEL(multiply_batches)(const real *dy, const real *x, long outputs, long features, long slice, long stride,
                              real *scratch, double *out) {
    const long padded_features = (features + LANES - 1) / LANES * LANES;
    transpose_rows(x, features, stride, stride, scratch, padded_features);
    const outer_product fields = {dy, scratch, slice, stride, features, padded_features, out};
    const outer_product *p = &fields;
    COVER_WITH_BLOCKS(outer_product_block, p, outputs, padded_features)
}

#undef COVER_WITH_BLOCKS
