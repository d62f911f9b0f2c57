// Pooling, upsampling and their gradients: every output row is a weighted sum of a few input rows of its channel.
void KERNEL(mix_pixels)(const int32_t *start, const int32_t *from, const real *weights, long channels,
                        long input_pixels, long output_pixels, const real *input, real *output, long stride) {
    for (long channel = 0; channel < channels; channel++) {
        const real *map = input + channel * input_pixels * stride;
        for (long pixel = 0; pixel < output_pixels; pixel++) {
            real *out = output + (channel * output_pixels + pixel) * stride;
            for (long column = 0; column < stride; column += LANES) {
                vec sum = {};
                for (long k = start[pixel]; k < start[pixel + 1]; k++)
                    sum += broadcast(weights[k]) * load(map + from[k] * stride + column);
                store(out + column, sum);
            }
        }
    }
}
