#pragma once

// Every kernel under its two types, between which dispatch.c chooses.

#include "CKernels.h"

#define REAL float
#define SCALAR float
#define ENTRY(result, name, arguments, ...) result kernels_##name##_float(__VA_ARGS__);
#include "products.inc.h"
#include "kernels.inc.h"

#define REAL double
#define SCALAR double
#define ENTRY(result, name, arguments, ...) result kernels_##name##_double(__VA_ARGS__);
#include "products.inc.h"
#include "kernels.inc.h"
