/*
 * Graft's native kernels: plain C on raw pointers, without LibTorch and OpenCV.
 *
 * Every function checks its arguments before it touches memory and returns 0 or one of the codes below. None keeps a
 * pointer, allocates more than it says, or writes outside what it is given; any number of threads may call.
 */
#ifndef GRAFT_KERNELS_H
#define GRAFT_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a function returns when an argument is a null pointer. */
#define GRAFT_NULL 1
/** A size that is negative, zero or absurdly large, or a place outside its picture. */
#define GRAFT_SIZE 2
/** The scratch memory is smaller than graft_resample_scratch asks for. */
#define GRAFT_SCRATCH 3
/** A library that is not loaded, or has no such function, or a system where this cannot be asked. */
#define GRAFT_MISSING 4

/** The instructions that are used here: 0 plain C, 1 NEON, 2 AVX2, 3 AVX-512 with VNNI, 4 that with BF16. */
int graft_instructions(void);

/** Uses no better instructions than these from now on, for tests and measurements; returns what is in use then. */
int graft_limit_instructions(int most);

/** Bytes of scratch memory that graft_resample needs; negative codes are errors. */
int64_t graft_resample_scratch(int source_width, int source_height, int channels, int out_width, int out_height,
        int x_groups, int y_groups);

/**
 * Filters a picture of 8-bit interleaved pixels to another size in two passes, each rounded to bytes by adding a half:
 * Pillow's resample, to the last bit.
 *
 * Weights are fixed-point numbers of 22 bits, cut into a high and a low part of 11 bits so that products of 16 bits are
 * exact: weight = high * 2048 + low, low from 0 to 2047. They lie in groups for four neighbours: high 0 to 3, low 0 to 3.
 * Neighbours beyond the source have weights of zero.
 *
 * @param source source_height rows of source_width pixels, source_stride bytes apart
 * @param channels 1, 3 or 4
 * @param x_start for each output column the first source column, never smaller than the one before
 * @param x_weights out_width times x_groups groups
 * @param y_start for each output row the first source row, never smaller than the one before
 * @param y_weights out_height times y_groups groups
 * @param vertical_first whether rows are combined before columns
 * @param out out_height rows of out_width pixels, out_stride bytes apart; must not overlap the source
 * @param scratch memory of at least graft_resample_scratch bytes
 */
int graft_resample(const uint8_t *source, int64_t source_stride, int source_width, int source_height, int channels,
        int out_width, const int *x_start, const int16_t *x_weights, int x_groups, int out_height,
        const int *y_start, const int16_t *y_weights, int y_groups, int vertical_first, uint8_t *out,
        int64_t out_stride, uint8_t *scratch, int64_t scratch_bytes);

/**
 * A batch of pictures as normalised floats: what ToTensor and Normalize make of them, to the last bit.
 *
 * @param pixels count pictures of height rows of width pixels of red, green and blue
 * @param flips for each picture whether it is mirrored left to right; may be null: none is
 * @param table the value of every byte: 256 for red, 256 for green, 256 for blue
 * @param constants what vector instructions compute with, 48 of each, for red, green and blue in turn: mean, standard deviation
 *     and its reciprocal, or, where fused, 1 / (255 std), -mean / std and anything. Null where the result would differ from the
 *     table, or where the table has a number other than 0 below 2^-126
 * @param fused whether a value is one multiplication and addition, instead of two divisions
 * @param channels_last whether the channels of a pixel lie beside each other (NHWC); else each has a plane (NCHW)
 * @param bf16 whether out takes bfloat16, rounded to nearest even; else float32
 * @param out_bytes exactly what the batch takes
 */
int graft_normalize(const uint8_t *pixels, int64_t count, int height, int width, const uint8_t *flips,
        const float *table, const float *constants, int fused, int channels_last, int bf16, void *out, int64_t out_bytes);

/**
 * Calls a function with one int, whatever it returns, in a library that this process has loaded. It looks into that library
 * only: no other is opened or searched.
 *
 * @param library its soname, such as libopenblas.so.0
 * @param function its name in the library
 */
int graft_call(const char *library, const char *function, int argument);

/**
 * Holds back what the process writes to standard output, in a temporary file. Not thread-safe.
 *
 * @return 0 if it does
 */
int graft_hold_output(void);

/**
 * Ends that, and writes what was held back, without the lines that a library printed on its own account.
 *
 * @param without the begin of such lines
 * @return 0 if it was done
 */
int graft_release_output(const char *without);

#ifdef __cplusplus
}
#endif

#endif
