// Products of linear layers: product_blocks.inc.h has the blocks.

/// A block of outputs and inputs, for all columns.
static void multiply_block(product p, long outputs) {
    _Alignas(VECTOR_BYTES) real tile[TILE_INPUTS * TILE_COLUMNS];
    for (long column = 0; column < p.stride; column += TILE_COLUMNS) {
        const long columns = lesser(p.stride - column, TILE_COLUMNS);
        for (long i = 0; i < p.inputs; i++)
            for (long c = 0; c < columns; c += LANES)
                store(tile + i * columns + c, load(p.x + i * p.x_step + column + c));
        product tiled = p;
        tiled.x = tile;
        tiled.x_step = columns;
        tiled.out = p.out + column;
        multiply_whole(&tiled, outputs, columns);
    }
}

void KERNEL(multiply_columns)(const real *weights, long output_step, long input_step, const real *bias, const real *x,
                              long inputs, long outputs, long stride, bool adds, real *out) {
    const product whole = {weights, output_step, input_step, bias, x, stride, inputs, out, stride, adds};
    if (inputs <= TILE_INPUTS || outputs < TILED_OUTPUTS) {
        multiply_whole(&whole, outputs, stride);
        return;
    }
    for (long o = 0; o < outputs; o += BLOCK_OUTPUTS)
        for (long i = 0; i < inputs; i += TILE_INPUTS) {
            product block = whole;
            block.weights += o * output_step + i * input_step;
            block.bias = bias ? bias + o : 0;
            block.x += i * stride;
            block.inputs = lesser(inputs - i, TILE_INPUTS);
            block.out += o * stride;
            block.adds = adds || i > 0;
            multiply_block(block, lesser(outputs - o, BLOCK_OUTPUTS));
        }
}

void KERNEL(multiply_batches)(const real *dy, const real *x, long outputs, long features, long slice, long stride,
                              real *scratch, real *out) {
    for (long f = 0; f < features; f += LANES)
        transpose_rows(x + f * stride, lesser(features - f, LANES), stride, stride, scratch + f * stride, LANES);
    for (long o = 0; o < outputs; o += BLOCK_OUTPUTS)
        for (long f = 0; f < features; f += LANES) {
            const outer_product tile = {dy + o * stride, scratch + f * stride, slice, stride, out + o * features + f,
                                        features - f, features};
            multiply_tile(&tile, lesser(outputs - o, BLOCK_OUTPUTS));
        }
}

double KERNEL(multiply_add_loop)(long rounds) {
    vec sums[REGISTER_SUMS] = {};
    vec factor = broadcast((real)0.5), term = broadcast(1);
    for (long round = 0; round < rounds; round++)
        UNROLL for (int repeat = 0; repeat < 8; repeat++)
            UNROLL for (int j = 0; j < REGISTER_SUMS; j++) sums[j] = sums[j] * factor + term;
    vec total = {};
    UNROLL for (int j = 0; j < REGISTER_SUMS; j++) total += sums[j];
    // The sums tend to 2: what they are is used, so that the loop is run.
    return 2.0 * 8 * LANES * REGISTER_SUMS * (double)rounds * (total[0] > 0 ? 1 : 0);
}
