// The vector types that the hand-blocked kernels are written in: the widest registers of the target.
// Included with `real`, REAL_BYTES and REAL_BITS defined.

#if defined(VECTOR_BYTES)
// Kernels for instructions that the others were not compiled for have set it.
#elif defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

// Vectors wider than a register are passed only to functions that are always inlined: there is no ABI to change.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES (VECTOR_BYTES / REAL_BYTES)

typedef real vec __attribute__((vector_size(VECTOR_BYTES)));
/// What a comparison of two `vec` gives: all bits of a lane, or none.
typedef REAL_BITS vec_mask __attribute__((vector_size(VECTOR_BYTES)));
/// As `vec`, for addresses that are aligned to one value only.
typedef real vec_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
/// Sums that registers hold, and how many outputs by vectors of columns a block of them is.
#if VECTOR_BYTES == 64
enum { REGISTER_SUMS = 24, CHANNEL_BLOCK = 8, CHANNEL_BLOCK_VECTORS = 2 };
#else
enum { REGISTER_SUMS = 12, CHANNEL_BLOCK = 4, CHANNEL_BLOCK_VECTORS = 2 };
#endif

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
