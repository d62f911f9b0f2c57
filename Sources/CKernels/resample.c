#include "CKernels.h"

void kernels_resample(
    const uint8_t *restrict source, uint8_t *restrict result, long outer, long from, long to, long inner,
    const int32_t *restrict first, const int32_t *restrict taps, const int32_t *restrict weights, long stride) {
    for (long block = 0; block < outer; block++) {
        const uint8_t *in = source + block * from * inner;
        uint8_t *out = result + block * to * inner;
        for (long target = 0; target < to; target++) {
            const uint8_t *window = in + first[target] * inner;
            const int32_t *weight = weights + target * stride;
            for (long i = 0; i < inner; i++) {
                int32_t sum = 1 << (KERNELS_RESAMPLE_BITS - 1);
                for (long tap = 0; tap < taps[target]; tap++) sum += weight[tap] * window[tap * inner + i];
                int32_t value = sum >> KERNELS_RESAMPLE_BITS;
                out[target * inner + i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
        }
    }
}
