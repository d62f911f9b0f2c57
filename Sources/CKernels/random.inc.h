#include "philox.h"

// Both types turn the same 32-bit words into the same numbers, (word + ½) / 2³² in (0, 1), up to rounding. A float
// cannot hold that number near 1, so the radius takes the logarithm of the nearer of u and 1 - u, and the angle its
// quadrant from the word's own bits.

ALWAYS_INLINE void box_muller(uint32_t radius_word, uint32_t angle_word, real *cosine, real *sine) {
    int upper = radius_word >= 0x80000000u;
    uint32_t nearer = upper ? ~radius_word : radius_word;
    // Below 2³¹, so the conversion may go through a signed integer, which has a vector instruction everywhere.
    real distance = ((real)(int32_t)nearer + (real)0.5) * (real)0x1p-32;
    real from_below = logarithm(distance), from_above = log_one_plus(-distance);
    real radius = REAL_SQRT(-2 * (upper ? from_above : from_below));
    sine_cosine(angle_word, sine, cosine);
    *cosine *= radius;
    *sine *= radius;
}

void KERNEL(normals)(uint64_t key, const int32_t *samples, long columns, uint32_t node, uint32_t epoch,
                     uint32_t stream, long dimensions, long stride, real *out) {
    for (long first = 0; first < stride; first += PHILOX_LANES) {
        uint32_t sample[PHILOX_LANES];
        for (long lane = 0; lane < PHILOX_LANES; lane++)
            sample[lane] = first + lane < columns ? (uint32_t)samples[first + lane] : 0;
        for (long block = 0; block * 4 < dimensions; block++) {
            uint32_t words[4][PHILOX_LANES];
            for (int lane = 0; lane < PHILOX_LANES; lane++) {
                words[0][lane] = sample[lane];
                words[1][lane] = (uint32_t)block | node << 8;
                words[2][lane] = epoch;
                words[3][lane] = stream;
            }
            philox_lanes(words, (uint32_t)key, (uint32_t)(key >> 32));
            real values[4][PHILOX_LANES];
            ELEMENTWISE for (int lane = 0; lane < PHILOX_LANES; lane++)
                box_muller(words[0][lane], words[1][lane], &values[0][lane], &values[1][lane]);
            ELEMENTWISE for (int lane = 0; lane < PHILOX_LANES; lane++)
                box_muller(words[2][lane], words[3][lane], &values[2][lane], &values[3][lane]);
            for (long d = block * 4; d < dimensions && d < block * 4 + 4; d++)
                for (long lane = 0; lane < PHILOX_LANES; lane++)
                    out[d * stride + first + lane] = first + lane < columns ? values[d - block * 4][lane] : 0;
        }
    }
}

void KERNEL(uniforms)(uint64_t key, uint32_t tensor, uint32_t generation, uint32_t stream, real low, real high,
                      real *out, long count) {
    real largest = REAL_NEXT(high, low);
    for (long first = 0; first < count; first += 4 * PHILOX_LANES) {
        uint32_t words[4][PHILOX_LANES];
        for (int lane = 0; lane < PHILOX_LANES; lane++) {
            words[0][lane] = (uint32_t)(first / 4 + lane);
            words[1][lane] = tensor;
            words[2][lane] = generation;
            words[3][lane] = stream;
        }
        philox_lanes(words, (uint32_t)key, (uint32_t)(key >> 32));
        for (long i = first; i < count && i < first + 4 * PHILOX_LANES; i++) {
            double u = ((double)words[(i - first) % 4][(i - first) / 4] + 0.5) * 0x1p-32;
            real value = (real)((double)low + ((double)high - (double)low) * u);
            out[i] = value > largest ? largest : value;
        }
    }
}
