// Every kernel for one type, that of real_float.h or of real_double.h; KERNEL(name) is its name for that type.

#include <math.h>
#include <string.h>

#include "vector.inc.h"
#include "math.inc.h"
#include "partial_sums.inc.h"
#include "vectors.inc.h"
#include "batches.inc.h"
#include "columns.inc.h"
#include "transpose.inc.h"
#include "normalisation.inc.h"
#include "statistics.inc.h"
#include "convolution.inc.h"
#include "product_blocks.inc.h"
#include "product.inc.h"
#include "sparse.inc.h"
#include "winograd.inc.h"
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
