#include "CKernels.h"
#include "philox.h"

void kernels_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]) {
    uint32_t lanes[4][PHILOX_LANES];
    for (int word = 0; word < 4; word++)
        for (int lane = 0; lane < PHILOX_LANES; lane++) lanes[word][lane] = counter[word];
    philox_lanes(lanes, key[0], key[1]);
    for (int word = 0; word < 4; word++) words[word] = lanes[word][0];
}
