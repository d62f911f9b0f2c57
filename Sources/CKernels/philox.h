#pragma once

#include <stdint.h>

// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011), sixteen
// counters at a time: `words[w][lane]` holds word w of the counter on entry and of the result on return.

enum { PHILOX_LANES = 16, PHILOX_ROUNDS = 10 };

static inline __attribute__((always_inline)) void philox_lanes(uint32_t words[4][PHILOX_LANES], uint32_t key0,
                                                               uint32_t key1) {
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        for (int lane = 0; lane < PHILOX_LANES; lane++) {
            uint64_t product0 = (uint64_t)0xD2511F53u * words[0][lane];
            uint64_t product1 = (uint64_t)0xCD9E8D57u * words[2][lane];
            words[0][lane] = (uint32_t)(product1 >> 32) ^ words[1][lane] ^ key0;
            words[1][lane] = (uint32_t)product1;
            words[2][lane] = (uint32_t)(product0 >> 32) ^ words[3][lane] ^ key1;
            words[3][lane] = (uint32_t)product0;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}
