#define _GNU_SOURCE
#include <dlfcn.h>

#include "CKernels.h"

const char *kernels_file_of(const void *address) {
    Dl_info place;
    return dladdr(address, &place) ? place.dli_fname : 0;
}
