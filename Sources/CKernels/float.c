// Every kernel, instantiated for float.

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "math_float.h"

#define REAL float
#define REAL_BYTES 4
#define REAL_BITS int32_t
#define KERNEL(name) kernels_##name##_float
#define REAL_ABS fabsf
#define REAL_SQRT sqrtf
#define REAL_NEXT nextafterf
#define REAL_EXP_NONPOSITIVE exp_nonpositive_float
#define REAL_LOG log_float
#define REAL_LOG_ONE_PLUS log_one_plus_float
#define REAL_SINE_COSINE sine_cosine_float

#include "vector.inc.h"

#include "math.inc.h"

#include "vectors.inc.h"

#include "batches.inc.h"

#include "normalisation.inc.h"

#include "statistics.inc.h"

#include "convolution.inc.h"

#include "weight_gradient.inc.h"

#include "gaussian.inc.h"

#include "router.inc.h"

#include "likelihood.inc.h"

#include "random.inc.h"

#include "adam.inc.h"
