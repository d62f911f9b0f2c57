// The vector types that the hand-blocked kernels are written in: the widest registers of the target.
// Included with REAL, REAL_BYTES and REAL_BITS (a signed integer of that size) defined.

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

// Vectors wider than a register are passed only to functions that are always inlined: there is no ABI to change.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES (VECTOR_BYTES / REAL_BYTES)

typedef REAL real;
typedef real vec __attribute__((vector_size(VECTOR_BYTES)));
/// What a comparison of two `vec` gives: all bits of a lane, or none.
typedef REAL_BITS vec_mask __attribute__((vector_size(VECTOR_BYTES)));
/// As `vec`, for addresses that are aligned to one value only.
typedef real vec_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
/// One double for each lane of `vec`.
typedef double vec_double __attribute__((vector_size(LANES * 8)));
typedef double vec_double_unaligned __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// Elements do not depend on each other, but an output may be one of the inputs: `restrict` would be a lie.
#define ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")

ALWAYS_INLINE long lesser(long a, long b) { return a < b ? a : b; }
ALWAYS_INLINE vec load(const real *p) { return *(const vec *)p; }
ALWAYS_INLINE void store(real *p, vec v) { *(vec *)p = v; }
ALWAYS_INLINE vec broadcast(real value) { return value - (vec){}; }
ALWAYS_INLINE vec_double widen(vec v) { return __builtin_convertvector(v, vec_double); }

ALWAYS_INLINE double add_lanes(vec_double v) {
    double sum = 0;
    UNROLL for (int lane = 0; lane < LANES; lane++) sum += v[lane];
    return sum;
}

/// As many doubles as are added up side by side.
enum { ROWS = 8 };
typedef double vec_rows __attribute__((vector_size(ROWS * 8)));

#define EXCHANGE_LANES(rows, width, first, second)                             \
    UNROLL for (int row = 0; row < ROWS; row++) {                              \
        if (row & (width)) continue;                                           \
        vec_rows a = rows[row], b = rows[row + (width)];                       \
        rows[row] = __builtin_shufflevector(a, b, UNPACK first);               \
        rows[row + (width)] = __builtin_shufflevector(a, b, UNPACK second);    \
    }
#define UNPACK(...) __VA_ARGS__

ALWAYS_INLINE void transpose_lanes(vec_rows rows[ROWS]) {
    EXCHANGE_LANES(rows, 1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))
    EXCHANGE_LANES(rows, 2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
    EXCHANGE_LANES(rows, 4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
}

#undef UNPACK
#undef EXCHANGE_LANES

/// `add_lanes` of eight vectors, which it takes the time of one for: the same additions in the same order.
ALWAYS_INLINE vec_rows add_lanes_of_rows(const vec_double v[ROWS]) {
    vec_rows sum = {};
    if (LANES % ROWS != 0) {
        UNROLL for (int row = 0; row < ROWS; row++) sum[row] = add_lanes(v[row]);
        return sum;
    }
    UNROLL for (int start = 0; start < LANES; start += ROWS) {
        vec_rows lanes[ROWS];
        UNROLL for (int row = 0; row < ROWS; row++)
            lanes[row] = *(const vec_rows *)((const double *)(v + row) + start);
        transpose_lanes(lanes);
        UNROLL for (int lane = 0; lane < ROWS; lane++) sum += lanes[lane];
    }
    return sum;
}

/// `chosen` where `mask` is set (a comparison of vectors sets all bits), `other` elsewhere.
ALWAYS_INLINE vec select(vec_mask mask, vec chosen, vec other) {
    return (vec)(((vec_mask)chosen & mask) | ((vec_mask)other & ~mask));
}

/// Keeps the first `columns` lanes and clears the others, whatever they hold.
ALWAYS_INLINE vec keep_lanes(vec v, long columns) {
    vec kept = {};
    for (int lane = 0; lane < LANES; lane++) kept[lane] = lane < columns ? v[lane] : 0;
    return kept;
}
