// Sums over the batch of products of input rows and output-gradient rows, one sum for each kernel position and pair
// of channels. One side is fixed, the one with the smaller map: its pixels come in groups that share a list of
// kernel positions. Of the other side each channel at each of these positions is one entry, a row of samples for
// every pixel of the group. A block of fixed channels by entries then runs over the pixels of a group with its sums
// in registers; there are as many sums as a vector has lanes, so that a transposition adds up all lanes at once.
// Of a large group a few pixels are taken at a time, as many as the first-level cache holds for a batch of 256; the
// number does not depend on the batch, so that parts of a batch round as the whole does.

enum { BLOCK_ENTRIES = 2, BLOCK_FIXED = LANES / BLOCK_ENTRIES, GRADIENT_RUN = 4 };

/// The sums of a block of fixed channels with one entry.
typedef real vec_fixed __attribute__((vector_size(BLOCK_FIXED * REAL_BYTES), aligned(REAL_BYTES), may_alias));

/// Cuts `a` and `b` into runs of `2 * width` lanes and adds the second half of each run to its first.
ALWAYS_INLINE vec fold_lanes(vec a, vec b, const int width) {
    vec first, second;
    UNROLL for (int lane = 0; lane < LANES; lane++) {
        int from = lane / width * 2 * width + lane % width;
        first[lane] = from < LANES ? a[from] : b[from - LANES];
        second[lane] = from + width < LANES ? a[from + width] : b[from + width - LANES];
    }
    return first + second;
}

/// Lane `j` of the result is the sum of the lanes of `v[j]`.
ALWAYS_INLINE vec add_all_lanes(vec v[LANES]) {
    UNROLL for (int width = LANES / 2; width > 0; width /= 2)
        UNROLL for (int j = 0; j < width; j++) v[j] = fold_lanes(v[2 * j], v[2 * j + 1], width);
    return v[0];
}

/// What the pixels of a group are multiplied with: a channel of the listed side, through one kernel position.
typedef struct {
    /// Index among the taps of a pixel.
    long tap;
    /// First row of the channel.
    const real *rows;
    /// Sums of the first strand with the fixed channels.
    real *sums;
} gradient_entry;

typedef struct {
    const int32_t *pixels, *tap_start, *tap_other;
    /// `strand_step`: from a sum of one strand to that of the next.
    long pixel_count, stride, strand_step;
    /// First row of each channel of a block of the fixed side.
    const real *fixed[BLOCK_FIXED];
    gradient_entry entries[BLOCK_ENTRIES];
} gradient_block;

ALWAYS_INLINE void add_gradient_block(const gradient_block *b, long strand, long start, long end, long fixed_count,
                                      long entry_count) {
    vec sums[LANES];
    UNROLL for (int s = 0; s < LANES; s++) sums[s] = (vec){};
    for (long p = 0; p < b->pixel_count; p++) {
        const long pixel = b->pixels[p];
        const real *fixed[BLOCK_FIXED], *listed[BLOCK_ENTRIES];
        UNROLL for (int i = 0; i < BLOCK_FIXED; i++) fixed[i] = b->fixed[i] + pixel * b->stride;
        UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++)
            listed[j] = b->entries[j].rows + b->tap_other[b->tap_start[pixel] + b->entries[j].tap] * b->stride;
        for (long column = start; column < end; column += LANES) {
            vec values[BLOCK_ENTRIES];
            UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) values[j] = load(listed[j] + column);
            UNROLL for (int i = 0; i < BLOCK_FIXED; i++) {
                vec value = load(fixed[i] + column);
                UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) sums[j * BLOCK_FIXED + i] += value * values[j];
            }
        }
    }
    const long offset = strand * b->strand_step;
    vec total = add_all_lanes(sums);
    if (fixed_count == BLOCK_FIXED) {
        UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) {
            if (j >= entry_count) break;
            vec_fixed part;
            UNROLL for (int i = 0; i < BLOCK_FIXED; i++) part[i] = total[j * BLOCK_FIXED + i];
            *(vec_fixed *)(b->entries[j].sums + offset) += part;
        }
        return;
    }
    for (long j = 0; j < entry_count; j++)
        for (long i = 0; i < fixed_count; i++) b->entries[j].sums[offset + i] += total[j * BLOCK_FIXED + i];
}

void KERNEL(convolution_weight_gradient)(const int32_t *group_start, long groups, const int32_t *pixels,
                                         const int32_t *tap_start, const int32_t *tap_other,
                                         const int32_t *tap_position, long positions, long fixed_pixels,
                                         long listed_pixels, long fixed_channels, long listed_channels,
                                         long fixed_step, long listed_step, const real *fixed, const real *listed,
                                         long slice, long stride, real *scratch, real *gradient) {
    const long count = positions * listed_channels * fixed_channels;
    const long strands = strand_count(stride, slice);
    memset(scratch, 0, (size_t)(strands * count) * sizeof(real));

    gradient_block b = {.tap_start = tap_start, .tap_other = tap_other, .stride = stride, .strand_step = count};
    for (long group = 0; group < groups; group++) {
        const long first_pixel = pixels[group_start[group]];
        const long taps = tap_start[first_pixel + 1] - tap_start[first_pixel];
        const int32_t *position = tap_position + tap_start[first_pixel];
        for (long start = group_start[group]; start < group_start[group + 1]; start += GRADIENT_RUN) {
            b.pixels = pixels + start;
            b.pixel_count = group_start[group + 1] - start;
            if (b.pixel_count > GRADIENT_RUN) b.pixel_count = GRADIENT_RUN;
            for (long c = 0; c < fixed_channels; c += BLOCK_FIXED) {
                const long fixed_count = fixed_channels - c < BLOCK_FIXED ? fixed_channels - c : BLOCK_FIXED;
                // A short block repeats its last row, and drops what comes of it.
                for (long i = 0; i < BLOCK_FIXED; i++)
                    b.fixed[i] = fixed + (c + (i < fixed_count ? i : fixed_count - 1)) * fixed_pixels * stride;
                long tap = 0, channel = 0;
                for (long left = taps * listed_channels; left > 0; left -= BLOCK_ENTRIES) {
                    const long entry_count = left < BLOCK_ENTRIES ? left : BLOCK_ENTRIES;
                    for (long j = 0; j < BLOCK_ENTRIES; j++) {
                        if (j >= entry_count) {
                            b.entries[j] = b.entries[j - 1];
                            continue;
                        }
                        b.entries[j] = (gradient_entry){
                            tap, listed + channel * listed_pixels * stride,
                            scratch + (position[tap] * listed_channels + channel) * fixed_channels + c};
                        if (++channel == listed_channels) {
                            channel = 0;
                            tap++;
                        }
                    }
                    for (long column = 0, strand = 0; column < stride; column += slice, strand = (strand + 1) % STRANDS) {
                        const long end = column + slice < stride ? column + slice : stride;
                        add_gradient_block(&b, strand, column, end, fixed_count, entry_count);
                    }
                }
            }
        }
    }

    for (long position = 0; position < positions; position++)
        for (long l = 0; l < listed_channels; l++)
            for (long f = 0; f < fixed_channels; f++) {
                const real *sums = scratch + (position * listed_channels + l) * fixed_channels + f;
                real held[STRANDS] = {};
                for (long s = 0; s < strands; s++) held[s] = sums[s * count];
                gradient[f * fixed_step + l * listed_step + position] = (held[0] + held[1]) + (held[2] + held[3]);
            }
}
