// Sums of a block of outputs stay in registers while taps and input channels go by. Most blocks are output
// channels of one pixel, which share each vector of input; a map with few output channels is done in blocks of
// output pixels instead, which share most of their input too. See TapTable for the tables.

void KERNEL(pack_weights)(const real *weights, long a, long b, long positions, bool swapped, real *packed) {
    long outer = swapped ? a : b, inner = swapped ? b : a;
    long outer_step = swapped ? b * positions : positions, inner_step = swapped ? positions : b * positions;
    for (long k = 0; k < positions; k++)
        for (long o = 0; o < outer; o++)
            for (long i = 0; i < inner; i++)
                packed[(k * outer + o) * inner + i] = weights[o * outer_step + i * inner_step + k];
}

typedef struct {
    const int32_t *tap_start, *tap_input, *tap_position;
    const int32_t *block_start, *block_output, *block_input, *block_position;
    long blocks, input_pixels, output_pixels;
    const real *weights, *bias;
    long input_channels, output_channels;
    const real *input;
    real *output;
    long stride;
} convolution;

/// `channels` outputs from `o` of one pixel, in `vectors` vectors of columns from `column`.
ALWAYS_INLINE void convolve_channels(const convolution *c, const int channels, const int vectors, long pixel, long o,
                                     long column) {
    vec sums[REGISTER_SUMS];
    UNROLL for (int j = 0; j < channels; j++)
        UNROLL for (int v = 0; v < vectors; v++)
            sums[j * vectors + v] = broadcast(c->bias ? c->bias[o + j] : 0);

    long map = c->input_pixels * c->stride;
    for (long tap = c->tap_start[pixel]; tap < c->tap_start[pixel + 1]; tap++) {
        const real *x = c->input + c->tap_input[tap] * c->stride + column;
        const real *w = c->weights + c->tap_position[tap] * c->input_channels * c->output_channels + o;
        for (long i = 0; i < c->input_channels; i++) {
            vec values[REGISTER_SUMS];
            UNROLL for (int v = 0; v < vectors; v++) values[v] = load(x + v * LANES);
            UNROLL for (int j = 0; j < channels; j++) {
                vec weight = broadcast(w[j]);
                UNROLL for (int v = 0; v < vectors; v++) sums[j * vectors + v] += weight * values[v];
            }
            x += map;
            w += c->output_channels;
        }
    }

    UNROLL for (int j = 0; j < channels; j++)
        UNROLL for (int v = 0; v < vectors; v++)
            store(c->output + ((o + j) * c->output_pixels + pixel) * c->stride + column + v * LANES,
                  sums[j * vectors + v]);
}

#define BLOCK_PIXELS 4

/// One input pixel's part of the sums of those pixels of a block that are set in `pattern`.
ALWAYS_INLINE void add_block_taps(const convolution *c, const int pattern, const int vectors, const real *x,
                                  const real *const w[BLOCK_PIXELS], vec sums[BLOCK_PIXELS * 4]) {
    for (long i = 0; i < c->input_channels; i++) {
        UNROLL for (int slot = 0; slot < BLOCK_PIXELS; slot++) {
            if (!(pattern >> slot & 1)) continue;
            vec weight = broadcast(w[slot][i * c->output_channels]);
            UNROLL for (int v = 0; v < vectors; v++)
                sums[slot * vectors + v] += weight * load(x + v * LANES);
        }
        x += c->input_pixels * c->stride;
    }
}

/// One output channel of a block of pixels.
ALWAYS_INLINE void convolve_pixels(const convolution *c, const int vectors, long block, long o, long column) {
    vec sums[BLOCK_PIXELS * 4];
    UNROLL for (int s = 0; s < BLOCK_PIXELS * vectors; s++) sums[s] = broadcast(c->bias ? c->bias[o] : 0);

    long weight_step = c->input_channels * c->output_channels;
    for (long entry = c->block_start[block]; entry < c->block_start[block + 1]; entry++) {
        const int32_t *position = c->block_position + entry * BLOCK_PIXELS;
        const real *x = c->input + c->block_input[entry] * c->stride + column;
        const real *w[BLOCK_PIXELS];
        int pattern = 0;
        UNROLL for (int slot = 0; slot < BLOCK_PIXELS; slot++) {
            pattern |= (position[slot] >= 0) << slot;
            w[slot] = c->weights + position[slot] * weight_step + o;
        }
#define PATTERN(p) case p: add_block_taps(c, p, vectors, x, w, sums); break;
        switch (pattern) {
            PATTERN(1) PATTERN(2) PATTERN(3) PATTERN(4) PATTERN(5) PATTERN(6) PATTERN(7) PATTERN(8)
            PATTERN(9) PATTERN(10) PATTERN(11) PATTERN(12) PATTERN(13) PATTERN(14) PATTERN(15)
        }
#undef PATTERN
    }

    UNROLL for (int slot = 0; slot < BLOCK_PIXELS; slot++) {
        long pixel = c->block_output[block * BLOCK_PIXELS + slot];
        if (pixel < 0) continue;
        UNROLL for (int v = 0; v < vectors; v++)
            store(c->output + (o * c->output_pixels + pixel) * c->stride + column + v * LANES,
                  sums[slot * vectors + v]);
    }
}

void KERNEL(convolve)(const int32_t *tap_start, const int32_t *tap_input, const int32_t *tap_position,
                      const int32_t *block_start, const int32_t *block_output, const int32_t *block_input,
                      const int32_t *block_position, long blocks, long input_pixels, long output_pixels,
                      const real *weights, const real *bias, long input_channels, long output_channels,
                      const real *input, real *output, long stride) {
    const convolution fields = {tap_start, tap_input, tap_position, block_start, block_output, block_input,
                                block_position, blocks, input_pixels, output_pixels, weights, bias, input_channels,
                                output_channels, input, output, stride};
    const convolution *c = &fields;
    const long whole = output_channels / CHANNEL_BLOCK * CHANNEL_BLOCK;
    const long half = (output_channels - whole) / 4 * 4;

    for (long pixel = 0; pixel < output_pixels && whole + half > 0; pixel++) {
        for (long o = 0; o < whole; o += CHANNEL_BLOCK) {
            long column = 0;
            for (; column + CHANNEL_BLOCK_VECTORS * LANES <= stride; column += CHANNEL_BLOCK_VECTORS * LANES)
                convolve_channels(c, CHANNEL_BLOCK, CHANNEL_BLOCK_VECTORS, pixel, o, column);
            for (; column < stride; column += LANES) convolve_channels(c, CHANNEL_BLOCK, 1, pixel, o, column);
        }
        if (half > 0) {
            long column = 0;
            for (; column + 4 * LANES <= stride && REGISTER_SUMS >= 16; column += 4 * LANES)
                convolve_channels(c, 4, 4, pixel, whole, column);
            for (; column < stride; column += LANES) convolve_channels(c, 4, 1, pixel, whole, column);
        }
    }

    const int block_vectors = REGISTER_SUMS / BLOCK_PIXELS >= 4 ? 4 : 2;
    for (long block = 0; block < blocks && whole + half < output_channels; block++) {
        for (long o = whole + half; o < output_channels; o++) {
            long column = 0;
            for (; column + block_vectors * LANES <= stride; column += block_vectors * LANES)
                convolve_pixels(c, block_vectors, block, o, column);
            for (; column < stride; column += LANES) convolve_pixels(c, 1, block, o, column);
        }
    }
}
