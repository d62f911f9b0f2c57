// Fixed channels in the lanes, where they fill a vector. Rows of samples of the fixed side are turned into rows of
// channels, which are multiplied by one number of each entry in a block: no lanes are to be added up. Columns and pixels
// are taken in runs whose lengths do not depend on the batch, so that parts of a batch round as the whole does.

enum {
    RUN_COLUMNS = 64,
    /// Values of the fixed side that are turned at a time: 256 KiB of single precision.
    RUN_VALUES = 64 * 1024,
};

typedef struct {
    const int32_t *pixels;
    long pixel_count, column, columns;
    /// `[pixel, column, channel]`, from the block's first channel on.
    const real *rows;
    gradient_entry entries[REGISTER_SUMS];
    long entry_count;
} channels_block;

ALWAYS_INLINE void add_channels_block(const weight_gradient *g, const channels_block *b, const int entries,
                                      const int vectors) {
    // Columns for one look at where an entry's row lies: there are more entries than address registers.
    enum { COLUMNS = 2 };
    vec sums[REGISTER_SUMS];
    UNROLL for (int s = 0; s < entries * vectors; s++) sums[s] = (vec){};
    for (long p = 0; p < b->pixel_count; p++) {
        const real *listed[REGISTER_SUMS], *row = b->rows + p * b->columns * g->row;
        UNROLL for (int e = 0; e < entries; e++) listed[e] = listed_row(g, &b->entries[e], b->pixels[p]) + b->column;
        for (long c = 0; c < b->columns; c += COLUMNS, row += COLUMNS * g->row) {
            vec values[COLUMNS * CHANNEL_BLOCK_VECTORS];
            UNROLL for (int u = 0; u < COLUMNS; u++)
                UNROLL for (int v = 0; v < vectors; v++) values[u * vectors + v] = load(row + u * g->row + v * LANES);
            UNROLL for (int e = 0; e < entries; e++)
                UNROLL for (int u = 0; u < COLUMNS; u++) {
                    const vec factor = broadcast(listed[e][c + u]);
                    UNROLL for (int v = 0; v < vectors; v++)
                        sums[e * vectors + v] += factor * values[u * vectors + v];
                }
        }
    }
    UNROLL for (int e = 0; e < entries; e++) {
        if (e >= b->entry_count) break;
        UNROLL for (int v = 0; v < vectors; v++) {
            real *to = b->entries[e].sums + v * LANES;
            store(to, load(to) + sums[e * vectors + v]);
        }
    }
}

/// All entries of a group, for `vectors` vectors of fixed channels from `channel` on: in large blocks, the rest in small
/// ones, the last of which repeats its last entry.
ALWAYS_INLINE void add_entries(const weight_gradient *g, const gradient_group *group, channels_block *b,
                               const int vectors, long partial, long channel) {
    const int large = REGISTER_SUMS / vectors, small = CHANNEL_BLOCK / vectors;
    for (long e = 0; e < group->entries; e += b->entry_count) {
        const long left = group->entries - e;
        const int count = left >= large ? large : small;
        b->entry_count = lesser(left, count);
        for (long j = 0; j < count; j++) {
            b->entries[j] = entry_of(g, group, e + lesser(j, b->entry_count - 1));
            b->entries[j].sums += partial * g->partial_step + channel;
        }
        if (count == large)
            add_channels_block(g, b, large, vectors);
        else
            add_channels_block(g, b, small, vectors);
    }
}

/// `scratch` holds RUN_VALUES, or RUN_COLUMNS rows of channels where those are more.
static void sum_by_channels(const weight_gradient *g, real *scratch) {
    const long run = g->row * RUN_COLUMNS < RUN_VALUES ? RUN_VALUES / (g->row * RUN_COLUMNS) : 1;
    for (long slice = 0, partial = 0; slice < g->stride; slice += g->slice, partial = (partial + 1) % PARTIALS) {
        const long end = lesser(slice + g->slice, g->stride);
        for (long column = slice; column < end; column += RUN_COLUMNS)
            for (long index = 0; index < g->groups; index++) {
                const gradient_group group = group_of(g, index);
                for (long first = 0; first < group.count; first += run) {
                    channels_block b = {.pixels = group.pixels + first,
                                        .pixel_count = lesser(group.count - first, run),
                                        .column = column,
                                        .columns = lesser(end - column, RUN_COLUMNS)};
                    for (long p = 0; p < b.pixel_count; p++)
                        transpose_rows(g->fixed + b.pixels[p] * g->stride + column, g->fixed_channels, b.columns,
                                       g->fixed_pixels * g->stride, scratch + p * b.columns * g->row, g->row);
                    long channel = 0;
                    for (; channel + CHANNEL_BLOCK_VECTORS * LANES <= g->row;
                         channel += CHANNEL_BLOCK_VECTORS * LANES) {
                        b.rows = scratch + channel;
                        add_entries(g, &group, &b, CHANNEL_BLOCK_VECTORS, partial, channel);
                    }
                    b.rows = scratch + channel;
                    if (channel < g->row) add_entries(g, &group, &b, 1, partial, channel);
                }
            }
    }
}
