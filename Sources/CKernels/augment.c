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

static inline float in_unit_interval(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

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

void kernels_mix_rows(const float *restrict picture, long channels, long height, long width, const int32_t *rows,
                      const float *weights, float *restrict result) {
    for (long channel = 0; channel < channels; channel++) {
        const float *plane = picture + channel * height * width;
        for (long row = 0; row < height; row++) {
            const float *tap[KERNELS_TAPS], *weight = weights + row;
            for (int k = 0; k < KERNELS_TAPS; k++) tap[k] = plane + rows[k * height + row] * width;
            float *out = result + (channel * height + row) * width;
            for (long column = 0; column < width; column++) {
                float sum = weight[0] * tap[0][column];
                for (int k = 1; k < KERNELS_TAPS; k++) sum += weight[k * height] * tap[k][column];
                out[column] = in_unit_interval(sum);
            }
        }
    }
}

void kernels_mix_columns(const float *restrict picture, long rows, long width, const int32_t *columns,
                         const float *weights, float *restrict result) {
    for (long row = 0; row < rows; row++) {
        const float *in = picture + row * width;
        float *out = result + row * width;
        for (long column = 0; column < width; column++) {
            float sum = weights[column] * in[columns[column]];
            for (int k = 1; k < KERNELS_TAPS; k++) {
                long tap = k * width + column;
                sum += weights[tap] * in[columns[tap]];
            }
            out[column] = in_unit_interval(sum);
        }
    }
}

void kernels_blend(float *picture, long count, float factor, float other) {
    float offset = (1 - factor) * other;
    for (long i = 0; i < count; i++) picture[i] = in_unit_interval(factor * picture[i] + offset);
}

/// The luma of ITU-R BT.601.
static inline float grey(float red, float green, float blue) { return 0.299f * red + 0.587f * green + 0.114f * blue; }

double kernels_mean_grey(const float *picture, long channels, long pixels) {
    const float *red = picture, *green = picture + pixels, *blue = green + pixels;
    // Lanes of a fixed number, so that the sum is the same for every width of the registers.
    double lanes[16] = {0};
    for (long first = 0; first < pixels; first += 16) {
        long held = pixels - first < 16 ? pixels - first : 16;
        for (long i = 0; i < held; i++)
            lanes[i] += channels == 1 ? picture[first + i] : grey(red[first + i], green[first + i], blue[first + i]);
    }
    double sum = 0;
    for (int i = 0; i < 16; i++) sum += lanes[i];
    return sum / (double)pixels;
}

void kernels_blend_grey(float *picture, long pixels, float factor) {
    float *red = picture, *green = picture + pixels, *blue = green + pixels;
    for (long i = 0; i < pixels; i++) {
        float other = (1 - factor) * grey(red[i], green[i], blue[i]);
        red[i] = in_unit_interval(factor * red[i] + other);
        green[i] = in_unit_interval(factor * green[i] + other);
        blue[i] = in_unit_interval(factor * blue[i] + other);
    }
}

/// A channel of the colour of a hue in sixths of the circle, a value and a chroma; `offset` is 5 for red, 3 for green, 1 for blue.
static inline float channel_of(float offset, float hue, float value, float chroma) {
    float k = offset + hue;
    k -= 6 * floorf(k / 6);
    float part = fminf(k, 4 - k);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return in_unit_interval(value - chroma * part);
}

void kernels_shift_hue(float *picture, long pixels, float shift) {
    float *reds = picture, *greens = picture + pixels, *blues = greens + pixels;
    for (long i = 0; i < pixels; i++) {
        float red = reds[i], green = greens[i], blue = blues[i];
        float value = fmaxf(red, fmaxf(green, blue));
        float chroma = value - fminf(red, fminf(green, blue));
        float scale = chroma > 0 ? 1 / chroma : 0;
        float hue = value == red     ? (green - blue) * scale
                    : value == green ? 2 + (blue - red) * scale
                                     : 4 + (red - green) * scale;
        hue += 6 * shift;
        reds[i] = channel_of(5, hue, value, chroma);
        greens[i] = channel_of(3, hue, value, chroma);
        blues[i] = channel_of(1, hue, value, chroma);
    }
}
