// NT-Xent: each view of an image has to be told from all other views of the batch by its likeness to the image's other
// view. Similarities are `[views, stride]`: a row for each view of the global batch, a column for each of this rank. A
// column's results do not depend on the columns beside it, so ranks compute theirs as one rank would.

void KERNEL(unit_columns)(const real *x, long rows, long stride, real least, real *unit, real *inverse_norm) {
    memset(inverse_norm, 0, (size_t)stride * sizeof(real));
    for (long r = 0; r < rows; r++) {
        const real *row = x + r * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) inverse_norm[c] += row[c] * row[c];
    }
    ELEMENTWISE for (long c = 0; c < stride; c++) {
        real square = inverse_norm[c];
        inverse_norm[c] = 1 / REAL_SQRT(square < least ? least : square);
    }
    for (long r = 0; r < rows; r++) KERNEL(multiply)(x + r * stride, inverse_norm, unit + r * stride, stride);
}

void KERNEL(unit_columns_gradient)(const real *unit, const real *inverse_norm, long rows, long stride, real least,
                                   real *along, real *gradient) {
    memset(along, 0, (size_t)stride * sizeof(real));
    for (long r = 0; r < rows; r++)
        KERNEL(multiply_add)(unit + r * stride, gradient + r * stride, along, stride);
    // Below the least norm the vector is scaled by a constant, and not held to length 1.
    const real largest = 1 / REAL_SQRT(least);
    ELEMENTWISE for (long c = 0; c < stride; c++) along[c] = inverse_norm[c] < largest ? along[c] : 0;
    for (long r = 0; r < rows; r++) {
        const real *direction = unit + r * stride;
        real *row = gradient + r * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) row[c] = (row[c] - direction[c] * along[c]) * inverse_norm[c];
    }
}

void KERNEL(place_columns)(const real *x, long rows, long stride, long columns, long first, long out_stride,
                           double *out) {
    for (long r = 0; r < rows; r++) {
        double *to = out + r * out_stride;
        memset(to, 0, (size_t)out_stride * sizeof(double));
        // Adding to zero makes a negative zero positive, as the sum with another rank's would.
        for (long c = 0; c < columns; c++) to[first + c] += (double)x[r * stride + c];
    }
}

void KERNEL(narrow)(const double *x, real *out, long count) {
    for (long i = 0; i < count; i++) out[i] = (real)x[i];
}

void KERNEL(log_denominators)(real *similarity, long views, long stride, long columns, long first, real scale,
                              real *largest, real *out) {
    // A view is no negative of itself.
    for (long c = 0; c < columns; c++) similarity[(first + c) * stride + c] = -INFINITY;
    memcpy(largest, similarity, (size_t)stride * sizeof(real));
    memset(out, 0, (size_t)stride * sizeof(real));
    for (long k = 1; k < views; k++) {
        const real *row = similarity + k * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) largest[c] = row[c] > largest[c] ? row[c] : largest[c];
    }
    for (long k = 0; k < views; k++) {
        const real *row = similarity + k * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) out[c] += exp_nonpositive((row[c] - largest[c]) * scale);
    }
    ELEMENTWISE for (long c = 0; c < stride; c++) out[c] = largest[c] * scale + logarithm(out[c]);
}

// With P(k | c) the softmax of column c over all views but c, and w the share of each view in the loss, the gradient of
// the similarity of c and k, which is one number and counts in the losses of both, is
// w(c) P(k | c) + w(k) P(c | k), and w(c) + w(k) less where they are a pair.

double KERNEL(contrast_gradient)(real *similarity, long views, long stride, long columns, long first, real scale,
                                 const real *log_denominator, const real *share, real factor) {
    const real *own_denominator = log_denominator + first, *own_share = share + first;
    double loss = 0;
    for (long c = 0; c < columns; c++) {
        const long other = (first + c + views / 2) % views;
        const double own_loss = (double)own_denominator[c] - (double)(similarity[other * stride + c] * scale);
        loss += (double)own_share[c] * own_loss;
    }
    for (long k = 0; k < views; k++) {
        real *row = similarity + k * stride;
        const real denominator = log_denominator[k], weight = share[k];
        ELEMENTWISE for (long c = 0; c < columns; c++) {
            real s = row[c] * scale;
            real mine = own_share[c] * exp_nonpositive(s - own_denominator[c]);
            real theirs = weight * exp_nonpositive(s - denominator);
            row[c] = (mine + theirs) * factor;
        }
        for (long c = columns; c < stride; c++) row[c] = 0;
    }
    for (long c = 0; c < columns; c++) {
        const long other = (first + c + views / 2) % views;
        similarity[other * stride + c] -= (own_share[c] + share[other]) * factor;
        similarity[(first + c) * stride + c] = 0;
    }
    return loss;
}
