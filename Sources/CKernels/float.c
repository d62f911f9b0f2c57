#include "typed.h"

#include "real_float.h"

#define KERNEL(name) kernels_##name##_float
#include "kernels_of_one_type.inc.h"
