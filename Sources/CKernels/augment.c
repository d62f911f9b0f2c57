#include <math.h>

#include "CKernels.h"

// Pictures are changed one by one, before they are put side by side in a batch: planes of floats, row by row.

/// The pixel at a place, or `fill` outside of the plane. No branch: it is a gather where the target has one.
static inline float pixel(const float *plane, int height, int width, int row, int column, float fill) {
    int inside = (row >= 0) & (row < height) & (column >= 0) & (column < width);
    float value = plane[inside ? row * width + column : 0];
    return inside ? value : fill;
}

/// Coordinates far outside of the plane are as good as those two pixels outside, and fit an integer.
static inline float bounded(float place, int extent) {
    return place < -2 ? -2 : place > (float)(extent + 1) ? (float)(extent + 1) : place;
}

void kernels_warp(const float *restrict picture, long channels, long height, long width, const float map[6],
                  int is_bilinear, float fill, float *restrict result) {
    int rows = (int)height, columns = (int)width;
    for (long channel = 0; channel < channels; channel++) {
        const float *plane = picture + channel * height * width;
        float *out = result + channel * height * width;
        for (int row = 0; row < rows; row++, out += columns) {
            float first_y = map[0] * (float)row + map[2], first_x = map[3] * (float)row + map[5];
            if (!is_bilinear) {
                for (int column = 0; column < columns; column++) {
                    float y = bounded(first_y + map[1] * (float)column + 0.5f, rows);
                    float x = bounded(first_x + map[4] * (float)column + 0.5f, columns);
                    out[column] = pixel(plane, rows, columns, (int)floorf(y), (int)floorf(x), fill);
                }
                continue;
            }
            for (int column = 0; column < columns; column++) {
                float y = bounded(first_y + map[1] * (float)column, rows);
                float x = bounded(first_x + map[4] * (float)column, columns);
                float top = floorf(y), left = floorf(x);
                int r = (int)top, c = (int)left;
                float down = y - top, across = x - left;
                float upper_left = pixel(plane, rows, columns, r, c, fill);
                float upper_right = pixel(plane, rows, columns, r, c + 1, fill);
                float lower_left = pixel(plane, rows, columns, r + 1, c, fill);
                float lower_right = pixel(plane, rows, columns, r + 1, c + 1, fill);
                float upper = upper_left + across * (upper_right - upper_left);
                float lower = lower_left + across * (lower_right - lower_left);
                out[column] = upper + down * (lower - upper);
            }
        }
    }
}
