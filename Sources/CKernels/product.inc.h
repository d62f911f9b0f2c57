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
    real *out;
} outer_product;

ALWAYS_INLINE void outer_product_block(const outer_product *p, const int outputs, const int vectors, long o,
                                       long feature) {
    const long strand_total = strand_count(p->stride, p->slice);
    vec strands[STRANDS][REGISTER_SUMS];
    for (long strand = strand_total; strand < STRANDS; strand++)
        UNROLL for (int s = 0; s < outputs * vectors; s++) strands[strand][s] = (vec){};
    for (long strand = 0; strand < strand_total; strand++) {
        vec sums[REGISTER_SUMS];
        UNROLL for (int s = 0; s < outputs * vectors; s++) sums[s] = (vec){};
        for (long start = strand * p->slice; start < p->stride; start += STRANDS * p->slice) {
            long count = p->stride - start < p->slice ? p->stride - start : p->slice;
            add_product(outputs, vectors, p->dy + o * p->stride + start, p->stride, 1,
                        p->rows + start * p->padded_features + feature, p->padded_features, count, sums);
        }
        UNROLL for (int s = 0; s < outputs * vectors; s++) strands[strand][s] = sums[s];
    }
    long held = p->features - feature;
    UNROLL for (int j = 0; j < outputs; j++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            const int s = j * vectors + v;
            vec total = add_strands((vec[STRANDS]){strands[0][s], strands[1][s], strands[2][s], strands[3][s]});
            real *out = p->out + (o + j) * p->features + feature + v * LANES;
            if (held >= (v + 1) * LANES)
                *(vec_unaligned *)out = total;
            else
                for (long i = 0; i < held - v * LANES; i++) out[i] = total[i];
        }
    }
}

void KERNEL(multiply_batches)(const real *dy, const real *x, long outputs, long features, long slice, long stride,
                              real *scratch, real *out) {
    const long padded_features = (features + LANES - 1) / LANES * LANES;
    transpose_rows(x, features, stride, stride, scratch, padded_features);
    const outer_product fields = {dy, scratch, slice, stride, features, padded_features, out};
    const outer_product *p = &fields;
    COVER_WITH_BLOCKS(outer_product_block, p, outputs, padded_features)
}

#undef COVER_WITH_BLOCKS
