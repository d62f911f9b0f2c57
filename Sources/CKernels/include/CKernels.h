#pragma once

#include <stdbool.h>
#include <stdint.h>

// The vector loops under the Swift module Kernels, where each of them is documented: its shapes, padding rules and
// formulas are stated there, once. A kernel is written once, for a type `real`, and compiled twice. Its caller says which
// of the two is meant: `kernels_add(KERNELS_FLOAT, x, y, count)`.

/// The type of the values that a kernel works on.
typedef enum { KERNELS_FLOAT, KERNELS_DOUBLE } kernels_type;

/// A convolution of square maps by minimal filtering: sides of its two maps and of the kernel, the step and the padding
/// of the large map, the channels, and how many points a tile is taken at in each direction, 4 or 6.
typedef struct {
    long large_side, small_side, kernel, step, padding, large_channels, small_channels, points;
} kernels_filtering;

// What Swift calls, in generic code: an array is a `void *`, and a number a double, which holds either type's.
#define REAL void
#define SCALAR double
#define ENTRY(result, name, arguments, ...) result kernels_##name(kernels_type type, __VA_ARGS__);
#include "products.inc.h"
#include "kernels.inc.h"

// Products in bfloat16 with sums in single precision, by instructions that multiply pairs, which the caller has made sure of,
// or by those that every processor has. Both give the same bits.
void kernels_mixed_multiply_columns(bool pairs, const float *weights, long output_step, long input_step,
                                    const float *bias, const float *x, long inputs, long outputs, long stride, bool adds,
                                    float *scratch, float *out);
void kernels_mixed_multiply_batches(bool pairs, const float *dy, const float *x, long outputs, long features, long slice,
                                    long stride, float *scratch, float *out);

/// Whether this processor has instructions that multiply pairs of bfloat16.
bool kernels_multiplies_pairs(void);

/// One block of Philox 4x32-10: `words` from a 128-bit counter and a 64-bit key.
void kernels_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

/// The widest vectors that the kernels were compiled for, and the processor that the compiler was told of.
const char *kernels_instruction_set(void);

// The first of the instructions that the kernels were compiled for which this processor has not, and the widest which it
// has and they were not compiled for; null for none.
const char *kernels_missing_instructions(void);
const char *kernels_unused_instructions(void);

/// The file that holds a function, the program or a library; null if it is unknown.
const char *kernels_file_of(const void *address);

/// Whether the calling thread takes denormal numbers for zero; every thread does from the start of the program.
int kernels_flushes_denormals(void);

/// Sets it for the calling thread and those that it will create.
void kernels_set_flushing(int flushes);

/// A 64-bit hash of `count` bytes, sensitive to their order and number.
uint64_t kernels_digest(const void *bytes, long count);

/// Fractional bits of the weights of `kernels_resample`.
enum { KERNELS_RESAMPLE_BITS = 22 };

/// Resamples the middle extent of bytes `[outer, from, inner]` to `[outer, to, inner]`: element `j` is the sum of
/// `taps[j]` elements from `first[j]` on, with the weights `weights[j * stride ...]` in fixed point, rounded.
void kernels_resample(
    const uint8_t *source, uint8_t *result, long outer, long from, long to, long inner, const int32_t *first,
    const int32_t *taps, const int32_t *weights, long stride);

/// Samples a picture `[channels, height, width]` on an affine grid: `result[channel, row, column]` is the picture's value at
/// row `map[0] * row + map[1] * column + map[2]` and column `map[3] * row + map[4] * column + map[5]`, bilinear between
/// the four pixels around it or that of the nearest one. Pixels outside of the picture are `fill`.
void kernels_warp(const float *picture, long channels, long height, long width, const float map[6],
                  int is_bilinear, float fill, float *result);

/// Pixels that `kernels_mix_rows` and `kernels_mix_columns` mix; weights may be 0.
enum { KERNELS_TAPS = 4 };

/// Every row of the result, of the same shape, is a weighted sum of rows of its plane, within [0, 1]:
/// `rows` and `weights` `[KERNELS_TAPS, height]` say which.
void kernels_mix_rows(const float *picture, long channels, long height, long width, const int32_t *rows,
                      const float *weights, float *result);

/// The same along rows: `columns` and `weights` `[KERNELS_TAPS, width]`.
void kernels_mix_columns(const float *picture, long rows, long width, const int32_t *columns, const float *weights,
                         float *result);

/// `picture[i] = factor * picture[i] + (1 - factor) * other`, within [0, 1].
void kernels_blend(float *picture, long count, float factor, float other);

/// Mean over the pixels of the grey, or of 0.299 red + 0.587 green + 0.114 blue, of `[channels, pixels]`, 1 or 3 channels.
double kernels_mean_grey(const float *picture, long channels, long pixels);

/// Blends every pixel of `[3, pixels]` with its grey: `factor * picture + (1 - factor) * grey`, within [0, 1].
void kernels_blend_grey(float *picture, long pixels, float factor);

/// Turns the hue of every pixel of `[3, pixels]` by `shift` of the circle, at the same value and saturation of HSV.
void kernels_shift_hue(float *picture, long pixels, float shift);
