// Matrix products with the batch innermost. Sums of a block of outputs stay in registers while the inputs go by,
// one after the other: a column's result does not depend on which columns lie beside it.
//
// Large matrices are taken block by block, so that what is read again comes from the caches: a tile of columns, copied
// to lie together, from the first level, a block of weights or of gradients from the second. Blocks follow one another
// in the order of the sums, which are the same to the last bit.

enum {
    PRODUCT_ROW_VECTORS = 8,
    TILE_COLUMNS = CHANNEL_BLOCK_VECTORS * LANES,
    /// Inputs in a tile of columns: 24 KiB.
    TILE_INPUTS = 24 * 1024 / (TILE_COLUMNS * REAL_BYTES),
    /// Outputs of a block: with the inputs of a tile, or with a batch of gradients, some 200 KiB of single precision.
    BLOCK_OUTPUTS = 256,
    /// From how many outputs on a copy of the columns pays.
    TILED_OUTPUTS = 64,
};

/// A weight in all lanes, and what it and a vector of inputs add to a sum; mixed_product.inc.h has others.
#ifndef ADD_PRODUCT
#define BROADCAST_WEIGHT(weight) broadcast(*(weight))
#define ADD_PRODUCT(sum, weight, values) ((sum) + (weight) * (values))
#endif

/// `sums[j, v] += Σ over count of weights[j] * x[v]`: `outputs` rows by `vectors` vectors of columns. Meanwhile it asks
/// for the weights of the next rows: those of a transposed matrix lie a page apart, which no hardware foresees, and
/// those of a block are too short for it to learn.
ALWAYS_INLINE void add_product(const int outputs, const int vectors, const real *weights, long output_step,
                               long input_step, const real *x, long x_step, long count, vec *sums) {
    for (long i = 0; i < count; i++) {
        vec values[PRODUCT_ROW_VECTORS];
        __builtin_prefetch(weights + (outputs + i / 2 % outputs) * output_step, 0, 2);
        UNROLL for (int v = 0; v < vectors; v++) values[v] = load(x + v * LANES);
        UNROLL for (int j = 0; j < outputs; j++) {
            vec weight = BROADCAST_WEIGHT(weights + j * output_step);
            UNROLL for (int v = 0; v < vectors; v++)
                sums[j * vectors + v] = ADD_PRODUCT(sums[j * vectors + v], weight, values[v]);
        }
        weights += input_step;
        x += x_step;
    }
}

typedef struct {
    const real *weights;
    long output_step, input_step;
    const real *bias, *x;
    long x_step, inputs;
    real *out;
    long stride;
    bool adds;
} product;

ALWAYS_INLINE void product_block(const product *p, const int outputs, const int vectors, long o, long column) {
    vec sums[REGISTER_SUMS];
    real *out = p->out + o * p->stride + column;
    UNROLL for (int j = 0; j < outputs; j++)
        UNROLL for (int v = 0; v < vectors; v++)
            sums[j * vectors + v] =
                p->adds ? load(out + j * p->stride + v * LANES) : broadcast(p->bias ? p->bias[o + j] : 0);
    // Sums of the next block, which the inputs before these have left in the second-level cache.
    if (p->adds)
        UNROLL for (int j = 0; j < outputs; j++)
            UNROLL for (int v = 0; v < vectors; v++)
                __builtin_prefetch(out + (outputs + j) * p->stride + v * LANES, 1);
    add_product(outputs, vectors, p->weights + o * p->output_step, p->output_step, p->input_step, p->x + column,
                p->x_step, p->inputs, sums);
    UNROLL for (int j = 0; j < outputs; j++)
        UNROLL for (int v = 0; v < vectors; v++) store(out + j * p->stride + v * LANES, sums[j * vectors + v]);
}

/// `outputs` rows by `columns` columns in blocks of constant sizes: whole blocks of rows first, the rest row by row.
static void multiply_whole(const product *p, long outputs, long columns) {
    const long blocked = outputs / CHANNEL_BLOCK * CHANNEL_BLOCK;
    long column = 0;
    for (; column + CHANNEL_BLOCK_VECTORS * LANES <= columns; column += CHANNEL_BLOCK_VECTORS * LANES)
        for (long o = 0; o < blocked; o += CHANNEL_BLOCK)
            product_block(p, CHANNEL_BLOCK, CHANNEL_BLOCK_VECTORS, o, column);
    for (; column < columns; column += LANES)
        for (long o = 0; o < blocked; o += CHANNEL_BLOCK) product_block(p, CHANNEL_BLOCK, 1, o, column);
    for (long o = blocked; o < outputs; o++) {
        for (column = 0; column + PRODUCT_ROW_VECTORS * LANES <= columns; column += PRODUCT_ROW_VECTORS * LANES)
            product_block(p, 1, PRODUCT_ROW_VECTORS, o, column);
        for (; column < columns; column += LANES) product_block(p, 1, 1, o, column);
    }
}

/// Outputs by one vector of features: a tile of features is that wide, so that with a batch of 256 the first-level cache
/// holds it. It shares a few sets of the cache with the rows of gradients, a kilobyte apart: on Zen 4 those of eight
/// outputs leave it in peace, and eight sums keep the processor busy.
///
/// Pairs of numbers take half the room, and a tile of them is two vectors wide.
#if defined(OUTER_VECTORS)
enum { OUTER_OUTPUTS = CHANNEL_BLOCK };
#elif defined(__znver4__)
enum { OUTER_OUTPUTS = 8 };
#define OUTER_VECTORS 1
#else
enum { OUTER_OUTPUTS = CHANNEL_BLOCK * CHANNEL_BLOCK_VECTORS };
#define OUTER_VECTORS 1
#endif
enum { OUTER_FEATURES = OUTER_VECTORS * LANES };

typedef struct {
    /// Gradients `[outputs, stride]`, and one tile of features `[stride, OUTER_FEATURES]`.
    const real *dy, *tile;
    long slice, stride;
    /// Where the tile's first weight lies, how many of its features there are, and the length of a row.
    real *out;
    long features, out_step;
} outer_product;

ALWAYS_INLINE void outer_product_block(const outer_product *p, const int outputs, long o) {
    const long count = partial_count(p->stride, p->slice);
    real *block = p->out + o * p->out_step;
    // To write a line, the processor reads it first; it arrives while the sums are taken.
    UNROLL for (int j = 0; j < outputs; j++) __builtin_prefetch(block + j * p->out_step, 1);
    vec partials[PARTIALS][OUTER_OUTPUTS * OUTER_VECTORS];
    for (long partial = 0; partial < count; partial++) {
        vec sums[OUTER_OUTPUTS * OUTER_VECTORS];
        UNROLL for (int j = 0; j < outputs * OUTER_VECTORS; j++) sums[j] = (vec){};
        for (long start = partial * p->slice; start < p->stride; start += PARTIALS * p->slice)
            add_product(outputs, OUTER_VECTORS, p->dy + o * p->stride + start, p->stride, 1,
                        p->tile + start * OUTER_FEATURES, OUTER_FEATURES, lesser(p->stride - start, p->slice), sums);
        UNROLL for (int j = 0; j < outputs * OUTER_VECTORS; j++) partials[partial][j] = sums[j];
    }
    UNROLL for (int j = 0; j < outputs * OUTER_VECTORS; j++) {
        const vec total = add_partials((vec[PARTIALS]){partials[0][j], partials[1][j], partials[2][j], partials[3][j]},
                                      count);
        real *out = block + j / OUTER_VECTORS * p->out_step + j % OUTER_VECTORS * LANES;
        const long features = p->features - j % OUTER_VECTORS * LANES;
        if (features >= LANES)
            *(vec_unaligned *)out = total;
        else
            for (long i = 0; i < features; i++) out[i] = total[i];
    }
}

static void multiply_tile(const outer_product *p, long outputs) {
    long o = 0;
    for (; o + OUTER_OUTPUTS <= outputs; o += OUTER_OUTPUTS) outer_product_block(p, OUTER_OUTPUTS, o);
    for (; o + CHANNEL_BLOCK <= outputs; o += CHANNEL_BLOCK) outer_product_block(p, CHANNEL_BLOCK, o);
    for (; o < outputs; o++) outer_product_block(p, 1, o);
}
