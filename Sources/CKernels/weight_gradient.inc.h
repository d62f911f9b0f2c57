// Sums over the batch of products of input rows and output-gradient rows, one sum for each kernel position and pair
// of channels. One side is fixed, the one with the smaller map: its pixels come in groups that share a list of
// kernel positions. Of the other side each channel at each of these positions is one entry, a row of samples for
// every pixel of the group.

typedef struct {
    /// Groups of the fixed side's pixels, and the taps of each pixel. See TapTable.
    const int32_t *group_start, *pixels, *tap_start, *tap_other, *tap_position;
    long groups, fixed_pixels, listed_pixels, fixed_channels, listed_channels, slice, stride;
    const real *fixed, *listed;
    /// `[partial sum, position, listed channel, row]`, zeros at first; a row has a sum for each fixed channel.
    real *sums;
    long row, partial_step;
} weight_gradient;

/// Pixels that share a list of kernel positions.
typedef struct {
    const int32_t *pixels, *position;
    long count, entries;
} gradient_group;

static gradient_group group_of(const weight_gradient *g, long index) {
    const int32_t *pixels = g->pixels + g->group_start[index];
    const int32_t *taps = g->tap_start + pixels[0];
    return (gradient_group){pixels, g->tap_position + taps[0], g->group_start[index + 1] - g->group_start[index],
                            (taps[1] - taps[0]) * g->listed_channels};
}

/// What the pixels of a group are multiplied with: a channel of the listed side, through one kernel position.
typedef struct {
    /// Index among the taps of a pixel.
    long tap;
    /// First row of the channel.
    const real *rows;
    /// The first partial sums with the fixed channels.
    real *sums;
} gradient_entry;

ALWAYS_INLINE gradient_entry entry_of(const weight_gradient *g, const gradient_group *group, long index) {
    const long tap = index / g->listed_channels, channel = index % g->listed_channels;
    return (gradient_entry){tap, g->listed + channel * g->listed_pixels * g->stride,
                            g->sums + (group->position[tap] * g->listed_channels + channel) * g->row};
}

ALWAYS_INLINE const real *listed_row(const weight_gradient *g, const gradient_entry *entry, long pixel) {
    return entry->rows + g->tap_other[g->tap_start[pixel] + entry->tap] * g->stride;
}

#include "weight_gradient_samples.inc.h"

#include "weight_gradient_channels.inc.h"

void KERNEL(convolution_weight_gradient)(const int32_t *group_start, long groups, const int32_t *pixels,
                                         const int32_t *tap_start, const int32_t *tap_other,
                                         const int32_t *tap_position, long positions, long fixed_pixels,
                                         long listed_pixels, long fixed_channels, long listed_channels,
                                         long fixed_step, long listed_step, const real *fixed, const real *listed,
                                         long slice, long stride, real *scratch, real *gradient) {
    const long row = (fixed_channels + LANES - 1) / LANES * LANES, count = positions * listed_channels * row;
    const long partials = partial_count(stride, slice);
    const weight_gradient g = {group_start, pixels, tap_start, tap_other, tap_position, groups, fixed_pixels,
                               listed_pixels, fixed_channels, listed_channels, slice, stride, fixed, listed, scratch,
                               row, count};
    memset(scratch, 0, (size_t)(partials * count) * sizeof(real));
    if (fixed_channels < LANES)
        sum_over_samples(&g);
    else
        sum_by_channels(&g, scratch + PARTIALS * count);

    for (long i = 0; i < count; i += LANES) {
        vec held[PARTIALS];
        for (long s = 0; s < partials; s++) held[s] = load(scratch + s * count + i);
        store(scratch + i, add_partials(held, partials));
    }
    for (long f = 0; f < fixed_channels; f++)
        for (long l = 0; l < listed_channels; l++)
            for (long position = 0; position < positions; position++)
                gradient[f * fixed_step + l * listed_step + position] =
                    scratch[(position * listed_channels + l) * row + f];
}
