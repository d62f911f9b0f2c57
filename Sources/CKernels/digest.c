#include <string.h>

#include "CKernels.h"

// Eight independent multiply-and-rotate chains over 64-bit words, so that the loop vectorises; each step is a
// bijection of the chain's state for a given word and of the word for a given state. The end folds the chains,
// the rest and the length through a finaliser of good avalanche (Stafford's mix 13 of MurmurHash3).

enum { CHAINS = 8 };

static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

uint64_t kernels_digest(const void *bytes, long count) {
    uint64_t chains[CHAINS], words[CHAINS];
    for (int chain = 0; chain < CHAINS; chain++) chains[chain] = mix((uint64_t)chain + 1);
    const char *next = bytes;
    long left = count;
    for (; left >= (long)sizeof words; left -= (long)sizeof words, next += sizeof words) {
        memcpy(words, next, sizeof words);
        for (int chain = 0; chain < CHAINS; chain++) {
            uint64_t state = (chains[chain] ^ words[chain]) * 0x9E3779B97F4A7C15u;
            chains[chain] = state << 29 | state >> 35;
        }
    }
    memset(words, 0, sizeof words);
    if (left > 0) memcpy(words, next, (size_t)left);
    uint64_t digest = mix((uint64_t)count);
    for (int chain = 0; chain < CHAINS; chain++) digest = mix((digest + chains[chain]) ^ mix(words[chain] + 1)) * 3;
    return digest;
}
