#include "graft_kernels.h"

#include <atomic>
#include <string.h>

#if (defined(__x86_64__) || defined(_M_X64)) && defined(__GNUC__)
#define GRAFT_X86 1
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* GCC 12 warns of its own header */
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__GNUC__)
#define GRAFT_NEON 1
#include <arm_neon.h>
#endif

namespace {

const int LOW_BITS = 11;
const int PRECISION_BITS = 22;
const int HALF = 1 << (PRECISION_BITS - 1);
const int MOST_PIXELS = 1 << 20;
const int PADDING = 64;    /* bytes that a vector may read or write beyond the end of a row of ours */
const int ROWS_AT_ONCE = 4;

std::atomic<int> instructions_in_use(-1);

int best_instructions() {
#if defined(GRAFT_X86)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
        return __builtin_cpu_supports("avx512bf16") ? 4 : 3;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 2 : 0;
#elif defined(GRAFT_NEON)
    return 1;
#else
    return 0;
#endif
}

/* Sums wrap around, as vector instructions do, whatever the weights are. */
inline uint32_t times(uint8_t pixel, int weight) {
    return static_cast<uint32_t>(pixel) * static_cast<uint32_t>(weight);
}

inline uint8_t clip(uint32_t sum) {
    int value = static_cast<int32_t>(sum) >> PRECISION_BITS;
    return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

inline int weight(const int16_t *group, int k) {
    return group[k] * (1 << LOW_BITS) + group[4 + k];
}

/* Filters up to ROWS_AT_ONCE rows; what lies behind the last wanted pixel of an output row may be overwritten. */
typedef void (*Across)(const uint8_t *const *rows, int n, int channels, int width, const int *start,
        const int16_t *weights, int groups, int origin, uint8_t *const *out);

/* Adds up rows, each times its weight, into one of `bytes` bytes. */
typedef void (*Down)(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t bytes, uint8_t *out);

template <int C>
void across_plain(const uint8_t *const *rows, int n, int width, const int *start, const int16_t *weights, int groups,
        int origin, uint8_t *const *out) {
    for (int r = 0; r < n; r++) {
        for (int x = 0; x < width; x++) {
            const uint8_t *from = rows[r] + static_cast<int64_t>(C) * (start[x] - origin);
            const int16_t *w = weights + static_cast<int64_t>(x) * groups * 8;
            uint32_t sum[C];
            for (int c = 0; c < C; c++) sum[c] = HALF;
            for (int g = 0; g < groups; g++, w += 8)
                for (int k = 0; k < 4; k++, from += C)
                    for (int c = 0; c < C; c++) sum[c] += times(from[c], weight(w, k));
            for (int c = 0; c < C; c++) out[r][static_cast<int64_t>(C) * x + c] = clip(sum[c]);
        }
    }
}

void across_any(const uint8_t *const *rows, int n, int channels, int width, const int *start, const int16_t *weights,
        int groups, int origin, uint8_t *const *out) {
    if (channels == 1) across_plain<1>(rows, n, width, start, weights, groups, origin, out);
    else if (channels == 3) across_plain<3>(rows, n, width, start, weights, groups, origin, out);
    else across_plain<4>(rows, n, width, start, weights, groups, origin, out);
}

void down_some(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t from, int64_t bytes,
        uint8_t *out) {
    for (int64_t i = from; i < bytes; i++) {
        uint32_t sum = HALF;
        for (int g = 0; g < groups; g++)
            for (int k = 0; k < 4; k++) sum += times(rows[4 * g + k][i], weight(weights + 8 * g, k));
        out[i] = clip(sum);
    }
}

void down_any(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t bytes, uint8_t *out) {
    down_some(rows, weights, groups, 0, bytes, out);
}

#if defined(GRAFT_X86)

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* Pixels 0 and 1, and 2 and 3, channel beside channel, as numbers of 16 bits. */
#define PICK(C, P) \
    P * C, -1, P * C + C, -1, P * C + 1, -1, P * C + C + 1, -1, P * C + 2, -1, P * C + C + 2, -1, C == 4 ? P * C + 3 : -1, \
            -1, C == 4 ? P * C + C + 3 : -1, -1

template <int C>
AVX2 inline void across_avx2(const uint8_t *const *rows, int n, int width, const int *start, const int16_t *weights,
        int groups, int origin, uint8_t *const *out) {
    const __m256i first = _mm256_setr_epi8(PICK(C, 0), PICK(C, 0));
    const __m256i second = _mm256_setr_epi8(PICK(C, 2), PICK(C, 2));
    const __m256i half = _mm256_set1_epi32(HALF);
    for (int r = 0; r < n; r += 2) {
        const uint8_t *a = rows[r];
        const uint8_t *b = rows[r + 1 < n ? r + 1 : r];
        uint8_t *to_a = out[r];
        uint8_t *to_b = out[r + 1 < n ? r + 1 : r];
        const int16_t *w = weights;
        for (int x = 0; x < width; x++) {
            int64_t from = static_cast<int64_t>(C) * (start[x] - origin);
            __m256i high = _mm256_setzero_si256();
            __m256i low = half;
            for (int g = 0; g < groups; g++, w += 8, from += 4 * C) {
                __m256i pixels = _mm256_inserti128_si256(
                        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(a + from))),
                        _mm_loadu_si128(reinterpret_cast<const __m128i *>(b + from)), 1);
                __m256i p = _mm256_shuffle_epi8(pixels, first);
                __m256i q = _mm256_shuffle_epi8(pixels, second);
                __m256i four = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(w)));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(p, _mm256_shuffle_epi32(four, 0x00)));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(q, _mm256_shuffle_epi32(four, 0x55)));
                low = _mm256_add_epi32(low, _mm256_madd_epi16(p, _mm256_shuffle_epi32(four, 0xAA)));
                low = _mm256_add_epi32(low, _mm256_madd_epi16(q, _mm256_shuffle_epi32(four, 0xFF)));
            }
            __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high, LOW_BITS), low);
            sum = _mm256_srai_epi32(sum, PRECISION_BITS);
            sum = _mm256_packs_epi32(sum, sum);
            sum = _mm256_packus_epi16(sum, sum);
            int pixel_a = _mm_cvtsi128_si32(_mm256_castsi256_si128(sum));
            int pixel_b = _mm_cvtsi128_si32(_mm256_extracti128_si256(sum, 1));
            memcpy(to_a + static_cast<int64_t>(C) * x, &pixel_a, 4);
            memcpy(to_b + static_cast<int64_t>(C) * x, &pixel_b, 4);
        }
    }
}

AVX2 void across_any_avx2(const uint8_t *const *rows, int n, int channels, int width, const int *start,
        const int16_t *weights, int groups, int origin, uint8_t *const *out) {
    if (channels == 1) across_plain<1>(rows, n, width, start, weights, groups, origin, out);
    else if (channels == 3) across_avx2<3>(rows, n, width, start, weights, groups, origin, out);
    else across_avx2<4>(rows, n, width, start, weights, groups, origin, out);
}

AVX2 void down_avx2(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t bytes, uint8_t *out) {
    const __m256i zero = _mm256_setzero_si256();
    int64_t i = 0;
    for (; i + 32 <= bytes; i += 32) {
        __m256i high[4] = {zero, zero, zero, zero};
        __m256i low[4] = {zero, zero, zero, zero};
        for (int g = 0; g < 2 * groups; g++) {
            const int16_t *w = weights + 8 * (g / 2) + 2 * (g % 2);
            int pair_high;
            int pair_low;
            memcpy(&pair_high, w, 4);
            memcpy(&pair_low, w + 4, 4);
            if ((pair_high | pair_low) == 0) continue;
            __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(rows[2 * g] + i));
            __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(rows[2 * g + 1] + i));
            __m256i ab = _mm256_unpacklo_epi8(a, b);
            __m256i cd = _mm256_unpackhi_epi8(a, b);
            __m256i part[4] = {_mm256_unpacklo_epi8(ab, zero), _mm256_unpackhi_epi8(ab, zero),
                    _mm256_unpacklo_epi8(cd, zero), _mm256_unpackhi_epi8(cd, zero)};
            __m256i h = _mm256_set1_epi32(pair_high);
            __m256i l = _mm256_set1_epi32(pair_low);
            for (int k = 0; k < 4; k++) {
                high[k] = _mm256_add_epi32(high[k], _mm256_madd_epi16(part[k], h));
                low[k] = _mm256_add_epi32(low[k], _mm256_madd_epi16(part[k], l));
            }
        }
        __m256i sum[4];
        for (int k = 0; k < 4; k++) {
            sum[k] = _mm256_add_epi32(_mm256_slli_epi32(high[k], LOW_BITS), low[k]);
            sum[k] = _mm256_srai_epi32(_mm256_add_epi32(sum[k], _mm256_set1_epi32(HALF)), PRECISION_BITS);
        }
        __m256i packed = _mm256_packus_epi16(_mm256_packs_epi32(sum[0], sum[1]), _mm256_packs_epi32(sum[2], sum[3]));
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(out + i), packed);
    }
    down_some(rows, weights, groups, i, bytes, out);
}

/* Four rows at once, one in each quarter of a register. */
template <int C>
AVX512 inline void across_avx512(const uint8_t *const *rows, int width, const int *start, const int16_t *weights,
        int groups, int origin, uint8_t *const *out) {
    const __m512i first = _mm512_broadcast_i32x4(_mm_setr_epi8(PICK(C, 0)));
    const __m512i second = _mm512_broadcast_i32x4(_mm_setr_epi8(PICK(C, 2)));
    const __m512i half = _mm512_set1_epi32(HALF);
    const int16_t *w = weights;
    for (int x = 0; x < width; x++) {
        int64_t from = static_cast<int64_t>(C) * (start[x] - origin);
        __m512i high = _mm512_setzero_si512();
        __m512i low = half;
        for (int g = 0; g < groups; g++, w += 8, from += 4 * C) {
            __m512i pixels = _mm512_castsi128_si512(_mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[0] + from)));
            pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[1] + from)), 1);
            pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[2] + from)), 2);
            pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[3] + from)), 3);
            __m512i p = _mm512_shuffle_epi8(pixels, first);
            __m512i q = _mm512_shuffle_epi8(pixels, second);
            int pair[4];
            memcpy(pair, w, 16);
            high = _mm512_dpwssd_epi32(high, p, _mm512_set1_epi32(pair[0]));
            high = _mm512_dpwssd_epi32(high, q, _mm512_set1_epi32(pair[1]));
            low = _mm512_dpwssd_epi32(low, p, _mm512_set1_epi32(pair[2]));
            low = _mm512_dpwssd_epi32(low, q, _mm512_set1_epi32(pair[3]));
        }
        __m512i sum = _mm512_srai_epi32(_mm512_add_epi32(_mm512_slli_epi32(high, LOW_BITS), low), PRECISION_BITS);
        __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(sum, _mm512_setzero_si512()));
        int pixel[4];
        memcpy(pixel, &bytes, 16);
        for (int r = 0; r < 4; r++) memcpy(out[r] + static_cast<int64_t>(C) * x, &pixel[r], 4);
    }
}

AVX512 void across_any_avx512(const uint8_t *const *rows, int n, int channels, int width, const int *start,
        const int16_t *weights, int groups, int origin, uint8_t *const *out) {
    if (channels == 1 || n < 4) across_any_avx2(rows, n, channels, width, start, weights, groups, origin, out);
    else if (channels == 3) across_avx512<3>(rows, width, start, weights, groups, origin, out);
    else across_avx512<4>(rows, width, start, weights, groups, origin, out);
}

AVX512 void down_avx512(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t bytes, uint8_t *out) {
    const __m512i zero = _mm512_setzero_si512();
    for (int64_t i = 0; i < bytes; i += 64) {
        __mmask64 there = bytes - i >= 64 ? ~0ULL : (1ULL << (bytes - i)) - 1;
        __m512i high[4] = {zero, zero, zero, zero};
        __m512i low[4];
        for (int k = 0; k < 4; k++) low[k] = _mm512_set1_epi32(HALF);
        for (int g = 0; g < 2 * groups; g++) {
            const int16_t *w = weights + 8 * (g / 2) + 2 * (g % 2);
            int pair_high;
            int pair_low;
            memcpy(&pair_high, w, 4);
            memcpy(&pair_low, w + 4, 4);
            if ((pair_high | pair_low) == 0) continue;
            __m512i a = _mm512_maskz_loadu_epi8(there, rows[2 * g] + i);
            __m512i b = _mm512_maskz_loadu_epi8(there, rows[2 * g + 1] + i);
            __m512i ab = _mm512_unpacklo_epi8(a, b);
            __m512i cd = _mm512_unpackhi_epi8(a, b);
            __m512i part[4] = {_mm512_unpacklo_epi8(ab, zero), _mm512_unpackhi_epi8(ab, zero),
                    _mm512_unpacklo_epi8(cd, zero), _mm512_unpackhi_epi8(cd, zero)};
            __m512i h = _mm512_set1_epi32(pair_high);
            __m512i l = _mm512_set1_epi32(pair_low);
            for (int k = 0; k < 4; k++) {
                high[k] = _mm512_dpwssd_epi32(high[k], part[k], h);
                low[k] = _mm512_dpwssd_epi32(low[k], part[k], l);
            }
        }
        __m512i sum[4];
        for (int k = 0; k < 4; k++)
            sum[k] = _mm512_srai_epi32(_mm512_add_epi32(_mm512_slli_epi32(high[k], LOW_BITS), low[k]), PRECISION_BITS);
        __m512i packed = _mm512_packus_epi16(_mm512_packs_epi32(sum[0], sum[1]), _mm512_packs_epi32(sum[2], sum[3]));
        _mm512_mask_storeu_epi8(out + i, there, packed);
    }
}

#elif defined(GRAFT_NEON)

/* Four channels of one pixel in a register; three-channel rows are read one byte further, which their padding allows. */
template <int C>
void across_neon(const uint8_t *const *rows, int n, int width, const int *start, const int16_t *weights, int groups,
        int origin, uint8_t *const *out) {
    for (int r = 0; r < n; r++) {
        const int16_t *w = weights;
        for (int x = 0; x < width; x++) {
            const uint8_t *from = rows[r] + static_cast<int64_t>(C) * (start[x] - origin);
            int32x4_t sum = vdupq_n_s32(HALF);
            for (int g = 0; g < groups; g++, w += 8)
                for (int k = 0; k < 4; k++, from += C) {
                    uint32_t four;
                    memcpy(&four, from, 4);
                    uint16x8_t wide = vmovl_u8(vcreate_u8(four));
                    sum = vmlaq_n_s32(sum, vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(wide))), weight(w, k));
                }
            uint16x4_t narrow = vqmovun_s32(vshrq_n_s32(sum, PRECISION_BITS));
            uint8x8_t bytes = vqmovn_u16(vcombine_u16(narrow, narrow));
            uint32_t pixel = vget_lane_u32(vreinterpret_u32_u8(bytes), 0);
            memcpy(out[r] + static_cast<int64_t>(C) * x, &pixel, 4);
        }
    }
}

void across_any_neon(const uint8_t *const *rows, int n, int channels, int width, const int *start,
        const int16_t *weights, int groups, int origin, uint8_t *const *out) {
    if (channels == 1) across_plain<1>(rows, n, width, start, weights, groups, origin, out);
    else if (channels == 3) across_neon<3>(rows, n, width, start, weights, groups, origin, out);
    else across_neon<4>(rows, n, width, start, weights, groups, origin, out);
}

void down_neon(const uint8_t *const *rows, const int16_t *weights, int groups, int64_t bytes, uint8_t *out) {
    int64_t i = 0;
    for (; i + 8 <= bytes; i += 8) {
        int32x4_t low = vdupq_n_s32(HALF);
        int32x4_t high = low;
        for (int g = 0; g < groups; g++)
            for (int k = 0; k < 4; k++) {
                uint16x8_t wide = vmovl_u8(vld1_u8(rows[4 * g + k] + i));
                int w = weight(weights + 8 * g, k);
                low = vmlaq_n_s32(low, vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(wide))), w);
                high = vmlaq_n_s32(high, vreinterpretq_s32_u32(vmovl_u16(vget_high_u16(wide))), w);
            }
        uint16x8_t narrow = vcombine_u16(vqmovun_s32(vshrq_n_s32(low, PRECISION_BITS)),
                vqmovun_s32(vshrq_n_s32(high, PRECISION_BITS)));
        vst1_u8(out + i, vqmovn_u16(narrow));
    }
    down_some(rows, weights, groups, i, bytes, out);
}

#endif

Across across() {
#if defined(GRAFT_X86)
    if (graft_instructions() >= 3) return across_any_avx512;
    if (graft_instructions() == 2) return across_any_avx2;
#elif defined(GRAFT_NEON)
    if (graft_instructions() == 1) return across_any_neon;
#endif
    return across_any;
}

Down down() {
#if defined(GRAFT_X86)
    if (graft_instructions() >= 3) return down_avx512;
    if (graft_instructions() == 2) return down_avx2;
#elif defined(GRAFT_NEON)
    if (graft_instructions() == 1) return down_neon;
#endif
    return down_any;
}

/* Whether the starts rise, lie inside the source, and are as many as they should be. */
bool starts_fit(const int *start, int count, int source) {
    int before = 0;
    for (int i = 0; i < count; i++) {
        if (start[i] < before || start[i] >= source) return false;
        before = start[i];
    }
    return true;
}

int smaller(int64_t a, int b) {
    return static_cast<int>(a < b ? a : b);
}

bool size_fits(int64_t size) {
    return size >= 1 && size <= MOST_PIXELS;
}

/* A picture, what becomes of it, and the memory for what lies between. */
struct Job {
    const uint8_t *source;
    int64_t source_stride;
    int source_width, source_height, channels;
    int out_width;
    const int *x_start;
    const int16_t *x_weights;
    int x_groups;
    int out_height;
    const int *y_start;
    const int16_t *y_weights;
    int y_groups;
    uint8_t *out;
    int64_t out_stride;
    uint8_t *scratch;
    const uint8_t **rows; /* 4 * y_groups of them */

    /* The rows that output row y is made of; beyond the last one the last one again, with weights of zero. */
    void choose(int y, const uint8_t *first, int64_t stride, int origin, int last) const {
        for (int k = 0; k < 4 * y_groups; k++)
            rows[k] = first + stride * (smaller(static_cast<int64_t>(y_start[y]) + k, last) - origin);
    }

    int last_column() const {
        return smaller(static_cast<int64_t>(x_start[out_width - 1]) + 4 * x_groups, source_width);
    }

    int last_row() const {
        return smaller(static_cast<int64_t>(y_start[out_height - 1]) + 4 * y_groups, source_height);
    }

    /* Bytes from a source row's first wanted column on that filtering it may read. */
    int64_t reach() const {
        return static_cast<int64_t>(channels) * (x_start[out_width - 1] - x_start[0] + 4 * x_groups) + PADDING;
    }

    /* Rows of the source into rows of the output's width, then those into rows of the output. */
    void across_first() const {
        Across filter = across();
        int origin = x_start[0];
        int first = y_start[0];
        int last = last_row();
        int64_t line = static_cast<int64_t>(channels) * out_width + PADDING;
        int64_t wanted = static_cast<int64_t>(channels) * (last_column() - origin);
        uint8_t *spare = scratch;
        uint8_t *lines = scratch + ROWS_AT_ONCE * reach();
        const uint8_t *end = source + source_stride * (source_height - 1)
                + static_cast<int64_t>(channels) * source_width;
        for (int y = first; y < last; y += ROWS_AT_ONCE) {
            int n = smaller(ROWS_AT_ONCE, last - y);
            const uint8_t *from[ROWS_AT_ONCE];
            uint8_t *to[ROWS_AT_ONCE];
            for (int k = 0; k < n; k++) {
                from[k] = source + source_stride * (y + k) + static_cast<int64_t>(channels) * origin;
                to[k] = lines + line * (y + k - first);
                if (end - from[k] >= reach()) continue;
                memcpy(spare + k * reach(), from[k], static_cast<size_t>(wanted));
                from[k] = spare + k * reach();
            }
            filter(from, n, channels, out_width, x_start, x_weights, x_groups, origin, to);
        }
        for (int y = 0; y < out_height; y++) {
            choose(y, lines, line, first, last - 1);
            down()(rows, y_weights + static_cast<int64_t>(y) * y_groups * 8, y_groups,
                    static_cast<int64_t>(channels) * out_width, out + out_stride * y);
        }
    }

    /* A few rows of the output's height from rows of the source, then those into rows of the output. */
    void down_first() const {
        Across filter = across();
        int origin = x_start[0];
        int last = last_row();
        int64_t wanted = static_cast<int64_t>(channels) * (last_column() - origin);
        int64_t line = static_cast<int64_t>(channels) * out_width + PADDING;
        uint8_t *spare = scratch;
        uint8_t *lines = scratch + ROWS_AT_ONCE * reach();
        for (int y = 0; y < out_height; y += ROWS_AT_ONCE) {
            int n = smaller(ROWS_AT_ONCE, out_height - y);
            const uint8_t *from[ROWS_AT_ONCE];
            uint8_t *to[ROWS_AT_ONCE];
            for (int k = 0; k < n; k++) {
                choose(y + k, source + static_cast<int64_t>(channels) * origin, source_stride, 0, last - 1);
                down()(rows, y_weights + static_cast<int64_t>(y + k) * y_groups * 8, y_groups, wanted,
                        spare + k * reach());
                from[k] = spare + k * reach();
                to[k] = lines + k * line;
            }
            filter(from, n, channels, out_width, x_start, x_weights, x_groups, origin, to);
            for (int k = 0; k < n; k++)
                memcpy(out + out_stride * (y + k), to[k], static_cast<size_t>(channels) * out_width);
        }
    }
};

} // namespace

extern "C" int graft_instructions(void) {
    int used = instructions_in_use.load(std::memory_order_relaxed);
    if (used < 0) {
        used = best_instructions();
        instructions_in_use.store(used, std::memory_order_relaxed);
    }
    return used;
}

extern "C" int graft_limit_instructions(int most) {
    int best = best_instructions();
    if (most == 1 && best > 1) most = 0;
    instructions_in_use.store(most < best ? (most < 0 ? 0 : most) : best, std::memory_order_relaxed);
    return graft_instructions();
}

extern "C" int64_t graft_resample_scratch(int source_width, int source_height, int channels, int out_width,
        int out_height, int x_groups, int y_groups) {
    if (!size_fits(source_width) || !size_fits(source_height) || !size_fits(out_width) || !size_fits(out_height)
            || !size_fits(x_groups) || !size_fits(y_groups) || (channels != 1 && channels != 3 && channels != 4))
        return -GRAFT_SIZE;
    int64_t reach = static_cast<int64_t>(channels) * (source_width + 4LL * x_groups) + PADDING;
    int64_t line = static_cast<int64_t>(channels) * out_width + PADDING;
    int64_t lines = source_height > ROWS_AT_ONCE ? source_height : ROWS_AT_ONCE;
    return 4LL * y_groups * static_cast<int64_t>(sizeof(uint8_t *)) + ROWS_AT_ONCE * reach + lines * line + PADDING;
}

extern "C" int graft_resample(const uint8_t *source, int64_t source_stride, int source_width, int source_height,
        int channels, int out_width, const int *x_start, const int16_t *x_weights, int x_groups, int out_height,
        const int *y_start, const int16_t *y_weights, int y_groups, int vertical_first, uint8_t *out,
        int64_t out_stride, uint8_t *scratch, int64_t scratch_bytes) {
    if (!source || !x_start || !x_weights || !y_start || !y_weights || !out || !scratch) return GRAFT_NULL;
    int64_t needed =
            graft_resample_scratch(source_width, source_height, channels, out_width, out_height, x_groups, y_groups);
    if (needed < 0) return GRAFT_SIZE;
    if (source_stride < static_cast<int64_t>(channels) * source_width || source_stride > INT32_MAX) return GRAFT_SIZE;
    if (out_stride < static_cast<int64_t>(channels) * out_width || out_stride > INT32_MAX) return GRAFT_SIZE;
    if (!starts_fit(x_start, out_width, source_width) || !starts_fit(y_start, out_height, source_height))
        return GRAFT_SIZE;
    if (scratch_bytes < needed) return GRAFT_SCRATCH;
    uintptr_t aligned = (reinterpret_cast<uintptr_t>(scratch) + 15) & ~static_cast<uintptr_t>(15);
    const uint8_t **rows = reinterpret_cast<const uint8_t **>(aligned);
    uint8_t *rest = reinterpret_cast<uint8_t *>(aligned) + 4LL * y_groups * static_cast<int64_t>(sizeof(uint8_t *));
    Job job = {source, source_stride, source_width, source_height, channels, out_width, x_start, x_weights, x_groups,
            out_height, y_start, y_weights, y_groups, out, out_stride, rest, rows};
    if (vertical_first) job.down_first();
    else job.across_first();
    return 0;
}
