// Sums over the samples of a batch that do not depend on how many ranks share it. A batch is cut into slices, and there
// are four partial sums: slice i is added to partial sum i modulo 4. Each is summed by itself, in order, and then the four
// are added pairwise. Where a full batch is four slices, the ranks' sums, added pairwise in their turn, go through the same
// additions in the same order on one, two, three and four ranks.

enum { PARTIALS = 4 };

/// The first `count` partial sums, added up.
ALWAYS_INLINE vec add_partials(const vec partials[PARTIALS], long count) {
    switch (count) {
        case 0: return (vec){};
        case 1: return partials[0];
        case 2: return partials[0] + partials[1];
        case 3: return (partials[0] + partials[1]) + partials[2];
        default: return (partials[0] + partials[1]) + (partials[2] + partials[3]);
    }
}

/// How many partial sums a batch of `stride` columns has.
ALWAYS_INLINE long partial_count(long stride, long slice) {
    const long slices = (stride + slice - 1) / slice;
    return slices < PARTIALS ? slices : PARTIALS;
}

ALWAYS_INLINE double add_double_partials(const double partials[PARTIALS]) {
    return (partials[0] + partials[1]) + (partials[2] + partials[3]);
}

/// The same, each of them rounded first: what follows is then a sum of ranks alone.
ALWAYS_INLINE real add_rounded_partials(const double partials[PARTIALS]) {
    return ((real)partials[0] + (real)partials[1]) + ((real)partials[2] + (real)partials[3]);
}
