// Sums over the samples of a batch that do not depend on how many ranks share it. A batch is cut into slices; slice i
// belongs to strand i modulo 4. Each strand is summed by itself, in order, and the strands are added pairwise. Where
// a full batch is four slices, the ranks' sums, added pairwise in their turn, go through the same additions in the same
// order on one, two, three and four ranks.

enum { STRANDS = 4 };

/// The sum of the first `count` strands.
ALWAYS_INLINE vec add_strands(const vec strands[STRANDS], long count) {
    switch (count) {
        case 0: return (vec){};
        case 1: return strands[0];
        case 2: return strands[0] + strands[1];
        case 3: return (strands[0] + strands[1]) + strands[2];
        default: return (strands[0] + strands[1]) + (strands[2] + strands[3]);
    }
}

/// How many strands a batch of `stride` columns has.
ALWAYS_INLINE long strand_count(long stride, long slice) {
    const long slices = (stride + slice - 1) / slice;
    return slices < STRANDS ? slices : STRANDS;
}

ALWAYS_INLINE double add_double_strands(const double strands[STRANDS]) {
    return (strands[0] + strands[1]) + (strands[2] + strands[3]);
}

/// The same of sums that are rounded each: what follows is then a sum of ranks alone.
ALWAYS_INLINE real add_rounded_strands(const double strands[STRANDS]) {
    return ((real)strands[0] + (real)strands[1]) + ((real)strands[2] + (real)strands[3]);
}
