#pragma once

#include <png.h>
#include <stdio.h>
#include <string.h>

// libpng reports errors by longjmp, over which Swift cannot be. So the calls that may fail are made here.

struct cpng_picture {
    unsigned width, height;
    // 1 for grey, 3 for red, green and blue; behind them is the opacity, if the file has one.
    unsigned channels;
    unsigned has_opacity;
    char message[160];
};

struct cpng_source {
    const unsigned char *bytes;
    size_t count;
};

static inline void cpng_take(png_structp png, png_bytep target, size_t count) {
    struct cpng_source *source = (struct cpng_source *)png_get_io_ptr(png);
    if (count > source->count) png_error(png, "Read Error: the file ends early");
    memcpy(target, source->bytes, count);
    source->bytes += count;
    source->count -= count;
}

static inline void cpng_fail(png_structp png, png_const_charp message) {
    struct cpng_picture *picture = (struct cpng_picture *)png_get_error_ptr(png);
    snprintf(picture->message, sizeof picture->message, "%s", message);
    longjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf)), 1);
}

static inline void cpng_pass_over(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

// Reads a file's header, and its values, 8 bits each, as they are stored: without regard to marks of gamma.
// `pixels` is NULL, or has room for height * width * (channels + has_opacity). Returns whether all went well.
static inline int cpng_read(
    const unsigned char *bytes, size_t count, struct cpng_picture *picture, unsigned char *pixels) {
    struct cpng_source source = {bytes, count};
    picture->message[0] = 0;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, picture, cpng_fail, cpng_pass_over);
    if (png == NULL) return 0;
    png_infop info = png_create_info_struct(png);
    if (info == NULL || setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    // The caller looks at the size before it makes room.
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_read_fn(png, &source, cpng_take);
    png_read_info(png, info);
    unsigned colour = png_get_color_type(png, info);
    int has_opacity = (colour & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    picture->width = png_get_image_width(png, info);
    picture->height = png_get_image_height(png, info);
    picture->channels = (colour & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1;
    picture->has_opacity = has_opacity;
    if (pixels != NULL) {
        // Palettes become colours, fewer bits eight, transparent colours an opacity.
        png_set_expand(png);
        png_set_scale_16(png);
        int passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
        size_t row = (size_t)picture->width * (picture->channels + has_opacity);
        if (png_get_rowbytes(png, info) != row) png_error(png, "rows of another length than announced");
        for (int pass = 0; pass < passes; pass++)
            for (unsigned y = 0; y < picture->height; y++) png_read_row(png, pixels + y * row, NULL);
        png_read_end(png, NULL);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}
