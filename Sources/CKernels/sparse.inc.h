// Products with inputs that are mostly zero, such as counts of words. A list has the other entries: those of a feature
// one behind another, by column. Sums run over them in the order of the dense products, so that the bits are the same.

/// Outputs of a block: two vectors.
enum { SPARSE_VECTORS = 2, SPARSE_OUTPUTS = SPARSE_VECTORS * LANES };

long KERNEL(list_entries)(const real *x, long features, long stride, long most, int32_t *start, int32_t *columns,
                          real *values) {
    long count = 0;
    for (long f = 0; f < features; f++) {
        start[f] = (int32_t)count;
        const real *row = x + f * stride;
        for (long c = 0; c < stride; c += LANES) {
            const vec_mask held = load(row + c) != 0;
            int64_t any = 0;
            UNROLL for (int word = 0; word < VECTOR_BYTES / 8; word++) {
                int64_t bits;
                memcpy(&bits, (const char *)&held + 8 * word, 8);
                any |= bits;
            }
            if (!any) continue;
            if (count + LANES > most) return -1;
            for (int lane = 0; lane < LANES; lane++) {
                columns[count] = (int32_t)(c + lane);
                values[count] = row[c + lane];
                count += row[c + lane] != 0;
            }
        }
    }
    start[features] = (int32_t)count;
    return count;
}

/// The weights of some features and outputs, `[LANES, SPARSE_OUTPUTS]`, from `[outputs, features]`.
ALWAYS_INLINE void sparse_tile(const real *weights, long outputs, long features, long row, real *tile) {
    UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) {
        vec square[LANES];
        UNROLL for (int j = 0; j < LANES; j++) {
            const long o = v * LANES + j;
            real values[LANES] = {0};
            if (o < outputs && features >= LANES)
                square[j] = *(const vec_unaligned *)(weights + o * row);
            else {
                if (o < outputs) memcpy(values, weights + o * row, (size_t)features * sizeof(real));
                square[j] = *(const vec_unaligned *)values;
            }
        }
        transpose_square(square);
        UNROLL for (int j = 0; j < LANES; j++) store(tile + j * SPARSE_OUTPUTS + v * LANES, square[j]);
    }
}

void KERNEL(multiply_entries)(const real *weights, const real *bias, const int32_t *start, const int32_t *columns,
                              const real *values, long features, long outputs, long stride, real *scratch, real *out) {
    _Alignas(VECTOR_BYTES) real tile[LANES * SPARSE_OUTPUTS];
    real *sums = scratch, *rows = sums + stride * SPARSE_OUTPUTS;
    for (long o = 0; o < outputs; o += SPARSE_OUTPUTS) {
        const long held = lesser(outputs - o, SPARSE_OUTPUTS);
        for (long c = 0; c < stride; c++)
            for (long j = 0; j < SPARSE_OUTPUTS; j++) sums[c * SPARSE_OUTPUTS + j] = bias && j < held ? bias[o + j] : 0;
        for (long f = 0; f < features; f += LANES) {
            const long last = lesser(features - f, LANES);
            sparse_tile(weights + o * features + f, held, last, features, tile);
            for (long i = 0; i < last; i++) {
                vec weight[SPARSE_VECTORS];
                UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) weight[v] = load(tile + i * SPARSE_OUTPUTS + v * LANES);
                for (long e = start[f + i]; e < start[f + i + 1]; e++) {
                    const vec value = broadcast(values[e]);
                    real *sum = sums + columns[e] * SPARSE_OUTPUTS;
                    UNROLL for (int v = 0; v < SPARSE_VECTORS; v++)
                        store(sum + v * LANES, load(sum + v * LANES) + value * weight[v]);
                }
            }
        }
        // Whole blocks of outputs go where they belong, a rest by way of the scratch.
        real *to = held == SPARSE_OUTPUTS ? out + o * stride : rows;
        transpose_rows(sums, stride, SPARSE_OUTPUTS, SPARSE_OUTPUTS, to, stride);
        if (held < SPARSE_OUTPUTS) memcpy(out + o * stride, rows, (size_t)(held * stride) * sizeof(real));
    }
}

void KERNEL(multiply_batches_of_entries)(const real *dy, const int32_t *start, const int32_t *columns,
                                         const real *values, long features, long outputs, long slice, long stride,
                                         real *scratch, real *out) {
    const long count = partial_count(stride, slice);
    for (long o = 0; o < outputs; o += SPARSE_OUTPUTS) {
        const long held = lesser(outputs - o, SPARSE_OUTPUTS);
        transpose_rows(dy + o * stride, held, stride, stride, scratch, SPARSE_OUTPUTS);
        for (long f = 0; f < features; f += LANES) {
            const long last = lesser(features - f, LANES);
            vec sums[SPARSE_VECTORS][LANES] = {};
            for (long i = 0; i < last; i++) {
                vec partials[SPARSE_VECTORS][PARTIALS] = {};
                long e = start[f + i];
                const long end = start[f + i + 1];
                for (long first = 0, p = 0; e < end; first += slice, p = (p + 1) % PARTIALS) {
                    vec sum[SPARSE_VECTORS];
                    UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) sum[v] = partials[v][p];
                    for (; e < end && columns[e] < first + slice; e++) {
                        const vec value = broadcast(values[e]);
                        const real *row = scratch + columns[e] * SPARSE_OUTPUTS;
                        UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) sum[v] += load(row + v * LANES) * value;
                    }
                    UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) partials[v][p] = sum[v];
                }
                UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) sums[v][i] = add_partials(partials[v], count);
            }
            UNROLL for (int v = 0; v < SPARSE_VECTORS; v++) {
                transpose_square(sums[v]);
                for (long j = 0; j < lesser(held - v * LANES, LANES); j++) {
                    real *to = out + (o + v * LANES + j) * features + f;
                    if (last == LANES)
                        *(vec_unaligned *)to = sums[v][j];
                    else
                        memcpy(to, &sums[v][j], (size_t)last * sizeof(real));
                }
            }
        }
    }
}
