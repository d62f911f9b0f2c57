// Every kernel by one name for both types.

#include "typed.h"

#define REAL void
#define SCALAR double
#define ENTRY(result, name, arguments, ...)                                \
    result kernels_##name(kernels_type type, __VA_ARGS__) {                \
        switch (type) {                                                    \
            case KERNELS_FLOAT: return kernels_##name##_float arguments;   \
            case KERNELS_DOUBLE: return kernels_##name##_double arguments; \
        }                                                                  \
    }
#include "products.inc.h"
#include "kernels.inc.h"
