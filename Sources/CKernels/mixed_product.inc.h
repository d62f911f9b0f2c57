// Products of linear layers in bfloat16 with sums in single precision: the blocks of product_blocks.inc.h, where an element is a
// pair of numbers, two that follow one another along the sum. Included by two files, one for processors that multiply
// pairs, one for all others, which go through the same roundings: first the second numbers of the pairs are multiplied and
// added, then the first ones, each time with one rounding, and denormal numbers are zero.
//
// With MIXED(name) defined, and MULTIPLIES_PAIRS where AVX512-BF16 may be used.

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real_float.h"
#include "vector.inc.h"

typedef REAL_BITS vec_bits_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
typedef REAL_BITS pair_bits __attribute__((may_alias));

/// The bits of a weight's pair, as they are: as a number they may be denormal.
ALWAYS_INLINE vec broadcast_pair(const real *pair) { return (vec)(*(const pair_bits *)pair - (vec_mask){}); }

#if defined(MULTIPLIES_PAIRS)
typedef __bf16 halves __attribute__((vector_size(VECTOR_BYTES)));
typedef int16_t half_bits __attribute__((vector_size(VECTOR_BYTES)));

/// `first` in the lower halves, `second` in the upper ones.
ALWAYS_INLINE vec pairs_of(vec first, vec second) {
    const half_bits rounded = (half_bits)__builtin_ia32_cvtne2ps2bf16_512(second, first);
    return (vec)__builtin_shufflevector(rounded, rounded, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9,
                                        25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// The numbers of `2 * LANES` values, in order.
ALWAYS_INLINE vec pairs_in_order(const real *x) {
    return (vec)__builtin_ia32_cvtne2ps2bf16_512(*(const vec_unaligned *)(x + LANES), *(const vec_unaligned *)x);
}

ALWAYS_INLINE vec add_pairs(vec sum, vec weight, vec values) {
    return (vec)__builtin_ia32_dpbf16ps_512(sum, (halves)weight, (halves)values);
}
#else
/// The nearest numbers that end after 16 bits, ties to even; what is no number stays none.
ALWAYS_INLINE vec_mask round_to_half(vec v) {
    const vec_mask bits = (vec_mask)v, rounded = bits + 0x7FFF + (bits >> 16 & 1);
    return ((v == v) & rounded) | ((v != v) & (bits | 0x400000));
}

ALWAYS_INLINE vec pairs_of(vec first, vec second) {
    return (vec)((round_to_half(first) >> 16 & 0xFFFF) | (round_to_half(second) & ~0xFFFF));
}

ALWAYS_INLINE vec pairs_in_order(const real *x) {
    real first[LANES], second[LANES];
    UNROLL for (int lane = 0; lane < LANES; lane++) {
        first[lane] = x[2 * lane];
        second[lane] = x[2 * lane + 1];
    }
    return pairs_of(*(vec_unaligned *)first, *(vec_unaligned *)second);
}

ALWAYS_INLINE vec add_pairs(vec sum, vec weight, vec values) {
    const vec second = __builtin_elementwise_fma((vec)((vec_mask)weight & ~0xFFFF), (vec)((vec_mask)values & ~0xFFFF), sum);
    return __builtin_elementwise_fma((vec)((vec_mask)weight << 16), (vec)((vec_mask)values << 16), second);
}
#endif

#define BROADCAST_WEIGHT(weight) broadcast_pair(weight)
#define ADD_PRODUCT(sum, weight, values) add_pairs(sum, weight, values)
#define OUTER_VECTORS 2
#include "partial_sums.inc.h"
#include "transpose.inc.h"
#include "product_blocks.inc.h"

/// Whole vectors of a row's pairs, and what is left of it, with a zero behind an odd number of values.
static void round_row(const real *x, long count, real *out) {
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) *(vec_unaligned *)(out + i / 2) = pairs_in_order(x + i);
    if (i == count) return;
    real rest[2 * LANES] = {0};
    memcpy(rest, x + i, (size_t)(count - i) * sizeof(real));
    const vec pairs = pairs_in_order(rest);
    memcpy(out + i / 2, &pairs, (size_t)((count - i + 1) / 2) * sizeof(real));
}

/// Pairs of two rows' values.
static void round_rows(const real *first, const real *second, long count, real *out) {
    long c = 0;
    for (; c + LANES <= count; c += LANES)
        *(vec_unaligned *)(out + c) =
            pairs_of(*(const vec_unaligned *)(first + c), *(const vec_unaligned *)(second + c));
    if (c == count) return;
    real rest[2][LANES] = {0};
    memcpy(rest[0], first + c, (size_t)(count - c) * sizeof(real));
    memcpy(rest[1], second + c, (size_t)(count - c) * sizeof(real));
    const vec pairs = pairs_of(*(vec_unaligned *)rest[0], *(vec_unaligned *)rest[1]);
    memcpy(out + c, &pairs, (size_t)(count - c) * sizeof(real));
}

/// A block of weights, `[outputs, pairs]` where the inputs of an output lie together, `[pairs, outputs]` where the outputs
/// of an input do.
static void round_weights(const product *p, long outputs, real *out) {
    static const real zeros[BLOCK_OUTPUTS];
    const long pairs = (p->inputs + 1) / 2;
    if (p->input_step == 1)
        for (long o = 0; o < outputs; o++) round_row(p->weights + o * p->output_step, p->inputs, out + o * pairs);
    else
        for (long i = 0; i < pairs; i++) {
            const real *first = p->weights + 2 * i * p->input_step;
            round_rows(first, 2 * i + 1 < p->inputs ? first + p->input_step : zeros, outputs, out + i * outputs);
        }
}

void MIXED(multiply_columns)(const real *weights, long output_step, long input_step, const real *bias, const real *x,
                             long inputs, long outputs, long stride, bool adds, real *scratch, real *out) {
    _Alignas(VECTOR_BYTES) real tile[TILE_INPUTS * TILE_COLUMNS];
    static const real zeros[TILE_COLUMNS];
    for (long o = 0; o < outputs; o += BLOCK_OUTPUTS)
        for (long i = 0; i < inputs; i += 2 * TILE_INPUTS) {
            const long block = lesser(outputs - o, BLOCK_OUTPUTS), count = lesser(inputs - i, 2 * TILE_INPUTS);
            const long pairs = (count + 1) / 2;
            const product whole = {weights + o * output_step + i * input_step, output_step, input_step, 0, 0, 0, count};
            round_weights(&whole, block, scratch);
            product p = {scratch, input_step == 1 ? pairs : 1, input_step == 1 ? 1 : block, bias ? bias + o : 0, tile,
                         0, pairs, 0, stride, adds || i > 0};
            for (long column = 0; column < stride; column += TILE_COLUMNS) {
                const long columns = lesser(stride - column, TILE_COLUMNS);
                for (long k = 0; k < pairs; k++) {
                    const real *first = x + (i + 2 * k) * stride + column;
                    round_rows(first, 2 * k + 1 < count ? first + stride : zeros, columns, tile + k * columns);
                }
                p.x_step = columns;
                p.out = out + o * stride + column;
                multiply_whole(&p, block, columns);
            }
        }
}

void MIXED(multiply_batches)(const real *dy, const real *x, long outputs, long features, long slice, long stride,
                             real *scratch, real *out) {
    // Pairs of a row, in whole vectors.
    const long pairs = stride / 2, step = (pairs + LANES - 1) / LANES * LANES;
    real *gradients = scratch, *rows = gradients + (outputs * pairs + LANES - 1) / LANES * LANES, *tiles = rows + LANES * step;
    for (long o = 0; o < outputs; o++) round_row(dy + o * stride, stride, gradients + o * pairs);
    memset(rows, 0, (size_t)(LANES * step) * sizeof(real));
    for (long f = 0; f < features; f += LANES) {
        const long held = lesser(features - f, LANES), tile = f / OUTER_FEATURES * OUTER_FEATURES;
        for (long j = 0; j < held; j++) round_row(x + (f + j) * stride, stride, rows + j * step);
        transpose_rows(rows, held, step, step, tiles + tile * step + (f - tile), OUTER_FEATURES);
    }
    for (long o = 0; o < outputs; o += BLOCK_OUTPUTS)
        for (long f = 0; f < features; f += OUTER_FEATURES) {
            const outer_product tile = {gradients + o * pairs, tiles + f * step, slice / 2, pairs,
                                        out + o * features + f, features - f, features};
            multiply_tile(&tile, lesser(outputs - o, BLOCK_OUTPUTS));
        }
}
