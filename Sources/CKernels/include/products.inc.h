// Of the list of kernels (kernels.inc.h) what has to do with products beside the dense ones; to be included before it, with the
// same macros defined.

// The yardstick: so many rounds of fused multiply-adds, as many at once as registers hold sums; their operations
ENTRY(double, multiply_add_loop, (rounds), long rounds)

// Products with inputs that are mostly zero
ENTRY(long, list_entries, (x, features, stride, most, start, columns, values), const REAL *x, long features,
      long stride, long most, int32_t *start, int32_t *columns, REAL *values)
ENTRY(void, multiply_entries, (weights, bias, start, columns, values, features, outputs, stride, scratch, out),
      const REAL *weights, const REAL *bias, const int32_t *start, const int32_t *columns, const REAL *values,
      long features, long outputs, long stride, REAL *scratch, REAL *out)
ENTRY(void, multiply_batches_of_entries,
      (dy, start, columns, values, features, outputs, slice, stride, scratch, out), const REAL *dy,
      const int32_t *start, const int32_t *columns, const REAL *values, long features, long outputs, long slice,
      long stride, REAL *scratch, REAL *out)
