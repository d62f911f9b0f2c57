#include "typed.h"

#include "real_double.h"

#define KERNEL(name) kernels_##name##_double
#include "kernels_of_one_type.inc.h"
