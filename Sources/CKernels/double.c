// Every kernel, instantiated for double.

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "constants_double.h"

#define REAL double
#define REAL_BYTES 8
#define KERNEL(name) kernels_##name##_double
#define REAL_ABS fabs
#define REAL_SQRT sqrt
#define REAL_NEXT nextafter

#include "vector.inc.h"

#include "math.inc.h"

#include "strands.inc.h"

#include "vectors.inc.h"

#include "batches.inc.h"

#include "columns.inc.h"

#include "transpose.inc.h"

#include "normalisation.inc.h"

#include "statistics.inc.h"

#include "convolution.inc.h"

#include "product.inc.h"

#include "wide_convolution.inc.h"

#include "resampling.inc.h"

#include "weight_gradient.inc.h"

#include "gaussian.inc.h"

#include "log_ratio.inc.h"

#include "router.inc.h"

#include "contrast.inc.h"

#include "likelihood.inc.h"

#include "gaussian_likelihood.inc.h"

#include "random.inc.h"

#include "adam.inc.h"
