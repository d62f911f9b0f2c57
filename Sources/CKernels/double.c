// Every kernel, instantiated for double.

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "math_double.h"

#define REAL double
#define REAL_BYTES 8
#define REAL_BITS int64_t
#define KERNEL(name) kernels_##name##_double
#define REAL_ABS fabs
#define REAL_SQRT sqrt
#define REAL_NEXT nextafter
#define REAL_EXP_NONPOSITIVE exp_nonpositive_double
#define REAL_LOG log_double
#define REAL_LOG_ONE_PLUS log_one_plus_double
#define REAL_SINE_COSINE sine_cosine_double

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
