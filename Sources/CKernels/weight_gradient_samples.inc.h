// Samples in the lanes: for a fixed side of few channels. A block of fixed channels by entries runs over the pixels of
// a group with its sums in registers. Of a large group a few pixels are taken at a time, as many as the first-level cache
// holds for a batch of 256; the number does not depend on the batch, so that parts of a batch round as the whole does.

enum { BLOCK_ENTRIES = 3, BLOCK_FIXED = LANES / 2, GRADIENT_RUN = 8 };

/// The sums of a block of fixed channels with one entry.
typedef real vec_fixed __attribute__((vector_size(BLOCK_FIXED * REAL_BYTES), aligned(REAL_BYTES), may_alias));

typedef struct {
    const int32_t *pixels;
    long pixel_count;
    /// First row of each channel of a block of the fixed side, of which the first `fixed_count` are wanted.
    const real *fixed[BLOCK_FIXED];
    long fixed_count;
    gradient_entry entries[BLOCK_ENTRIES];
    long entry_count;
} samples_block;

/// The columns from `start` to `end`, which belong to one partial sum.
ALWAYS_INLINE void add_samples_block(const weight_gradient *g, const samples_block *b, long partial, long start,
                                     long end) {
    // A transposition adds up the lanes of as many vectors as a vector has; the last of these stay zero.
    vec sums[2 * LANES];
    UNROLL for (int s = 0; s < 2 * LANES; s++) sums[s] = (vec){};
    for (long p = 0; p < b->pixel_count; p++) {
        const long pixel = b->pixels[p];
        const real *fixed[BLOCK_FIXED], *listed[BLOCK_ENTRIES];
        UNROLL for (int i = 0; i < BLOCK_FIXED; i++) fixed[i] = b->fixed[i] + pixel * g->stride;
        UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) listed[j] = listed_row(g, &b->entries[j], pixel);
        for (long column = start; column < end; column += LANES) {
            vec values[BLOCK_ENTRIES];
            UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) values[j] = load(listed[j] + column);
            UNROLL for (int i = 0; i < BLOCK_FIXED; i++) {
                vec value = load(fixed[i] + column);
                UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) sums[j * BLOCK_FIXED + i] += value * values[j];
            }
        }
    }
    const vec totals[2] = {add_all_lanes(sums), add_all_lanes(sums + LANES)};
    UNROLL for (int j = 0; j < BLOCK_ENTRIES; j++) {
        if (j >= b->entry_count) break;
        real *to = b->entries[j].sums + partial * g->partial_step;
        vec_fixed part;
        UNROLL for (int i = 0; i < BLOCK_FIXED; i++) part[i] = totals[j / 2][j % 2 * BLOCK_FIXED + i];
        if (b->fixed_count == BLOCK_FIXED)
            *(vec_fixed *)to += part;
        else
            for (long i = 0; i < b->fixed_count; i++) to[i] += part[i];
    }
}

static void sum_over_samples(const weight_gradient *g) {
    for (long index = 0; index < g->groups; index++) {
        const gradient_group group = group_of(g, index);
        for (long first = 0; first < group.count; first += GRADIENT_RUN) {
            samples_block b = {.pixels = group.pixels + first,
                               .pixel_count = lesser(group.count - first, GRADIENT_RUN)};
            for (long c = 0; c < g->fixed_channels; c += BLOCK_FIXED) {
                // A short block repeats its last row or entry, and drops what comes of it.
                b.fixed_count = lesser(g->fixed_channels - c, BLOCK_FIXED);
                for (long i = 0; i < BLOCK_FIXED; i++)
                    b.fixed[i] = g->fixed + (c + lesser(i, b.fixed_count - 1)) * g->fixed_pixels * g->stride;
                for (long e = 0; e < group.entries; e += BLOCK_ENTRIES) {
                    b.entry_count = lesser(group.entries - e, BLOCK_ENTRIES);
                    for (long j = 0; j < BLOCK_ENTRIES; j++) {
                        b.entries[j] = entry_of(g, &group, e + lesser(j, b.entry_count - 1));
                        b.entries[j].sums += c;
                    }
                    for (long column = 0, partial = 0; column < g->stride;
                         column += g->slice, partial = (partial + 1) % PARTIALS)
                        add_samples_block(g, &b, partial, column, lesser(column + g->slice, g->stride));
                }
            }
        }
    }
}
