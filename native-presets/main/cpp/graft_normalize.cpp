#include "graft_kernels.h"

#include <string.h>

#if (defined(__x86_64__) || defined(_M_X64)) && defined(__GNUC__)
#define GRAFT_X86 1
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* GCC 12 warns of its own header */
#include <immintrin.h>
#endif

namespace {

const int BLOCK = 16; /* pixels */
const int64_t MOST_BYTES = INT64_C(1) << 46;

struct F32 {
    typedef float type;
    static float of(float value) {
        return value;
    }
};

/* Rounded to nearest, ties to even; what comes here is finite. */
struct BF16 {
    typedef uint16_t type;
    static uint16_t of(float value) {
        uint32_t bits;
        memcpy(&bits, &value, 4);
        return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }
};

/* The same, where the processor has an instruction for it. */
struct QuickBF16 : BF16 {};

/* How vectors compute: by divisions, or by one multiplication and addition. Both give the table's numbers, or are not used. */
struct Corrected {};
struct Fused {};

/* Where the values of a picture go: from one pixel to the next, and from one channel to the next. */
struct Strides {
    int64_t pixel;
    int64_t channel;
};

/* `count` pixels by the table; with a step of -1 they are read backwards. */
template <typename N>
void look_up(const uint8_t *pixels, int step, int64_t count, const float *table, typename N::type *out, Strides to) {
    for (int64_t i = 0; i < count; i++, pixels += 3 * step)
        for (int c = 0; c < 3; c++) out[i * to.pixel + c * to.channel] = N::of(table[256 * c + pixels[c]]);
}

template <typename N>
void run_plain(const uint8_t *pixels, int step, int64_t count, const float *table, const float *, typename N::type *out,
        Strides to) {
    look_up<N>(pixels, step, count, table, out, to);
}

#if defined(GRAFT_X86)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")))

/*
 * (v / 255 - mean) / std without a division: a quotient times the reciprocal, corrected once by its own remainder, which
 * the caller has compared with the true quotients for every v there is.
 */
AVX512 inline __m512 normalized(Corrected, __m128i bytes, __m512 mean, __m512 std, __m512 reciprocal) {
    const __m512 most = _mm512_set1_ps(255.0f);
    const __m512 share = _mm512_set1_ps(1.0f / 255.0f);
    __m512 v = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
    __m512 q = _mm512_mul_ps(v, share);
    q = _mm512_fmadd_ps(_mm512_fnmadd_ps(q, most, v), share, q);
    __m512 d = _mm512_sub_ps(q, mean);
    __m512 r = _mm512_mul_ps(d, reciprocal);
    return _mm512_fmadd_ps(_mm512_fnmadd_ps(r, std, d), reciprocal, r);
}

AVX512 inline __m512 normalized(Fused, __m128i bytes, __m512 scale, __m512 shift, __m512) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes)), scale, shift);
}

AVX2 inline __m256 normalized(Fused, __m128i bytes, __m256 scale, __m256 shift, __m256) {
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)), scale, shift);
}

AVX512 inline void store(F32, __m512 values, float *out) {
    _mm512_storeu_ps(out, values);
}

/* By an instruction of AVX512_BF16, which takes numbers below 2^-126 as zero: the caller has none. */
AVX512 inline void store(QuickBF16, __m512 values, uint16_t *out) {
    __m256i rounded;
    __asm__("vcvtneps2bf16 %1, %0" : "=v"(rounded) : "v"(values));
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(out), rounded);
}

AVX512 inline void store(BF16, __m512 values, uint16_t *out) {
    __m512i bits = _mm512_castps_si512(values);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_srli_epi32(_mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF)), odd), 16);
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(out), _mm512_cvtepi32_epi16(rounded));
}

AVX2 inline __m256 normalized(Corrected, __m128i bytes, __m256 mean, __m256 std, __m256 reciprocal) {
    const __m256 most = _mm256_set1_ps(255.0f);
    const __m256 share = _mm256_set1_ps(1.0f / 255.0f);
    __m256 v = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
    __m256 q = _mm256_mul_ps(v, share);
    q = _mm256_fmadd_ps(_mm256_fnmadd_ps(q, most, v), share, q);
    __m256 d = _mm256_sub_ps(q, mean);
    __m256 r = _mm256_mul_ps(d, reciprocal);
    return _mm256_fmadd_ps(_mm256_fnmadd_ps(r, std, d), reciprocal, r);
}

AVX2 inline void store(F32, __m256 values, float *out) {
    _mm256_storeu_ps(out, values);
}

AVX2 inline void store(BF16, __m256 values, uint16_t *out) {
    __m256i bits = _mm256_castps_si256(values);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7FFF)), odd), 16);
    __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(out), packed);
}

/* Where in 48 bytes of pixels the sixteen bytes of a vector come from; minus one where from another of the three. */
struct Places {
    int8_t of[3][3][16]; /* vector that is made, vector that is read, byte */

    Places(bool planes, bool turned) {
        for (int made = 0; made < 3; made++)
            for (int i = 0; i < 16; i++) {
                int pixel = planes ? i : (16 * made + i) / 3;
                int channel = planes ? made : (16 * made + i) % 3;
                int from = 3 * (turned ? BLOCK - 1 - pixel : pixel) + channel;
                for (int read = 0; read < 3; read++)
                    of[made][read][i] = static_cast<int8_t>(from / 16 == read ? from % 16 : -1);
            }
    }
};

const Places PLANES(true, false);
const Places PLANES_TURNED(true, true);
const Places TURNED(false, true);

/* Sixteen pixels as three vectors: as they lie, or a vector for each channel; mirrored where they are read backwards. */
AVX2 inline void load_block(const uint8_t *pixels, int step, int64_t first, bool planes, __m128i *made) {
    const uint8_t *from = step > 0 ? pixels + 3 * first : pixels - 3 * (first + BLOCK - 1);
    __m128i read[3];
    for (int k = 0; k < 3; k++) read[k] = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from + 16 * k));
    if (!planes && step > 0) {
        for (int k = 0; k < 3; k++) made[k] = read[k];
        return;
    }
    const Places &places = planes ? step > 0 ? PLANES : PLANES_TURNED : TURNED;
    for (int m = 0; m < 3; m++) {
        made[m] = _mm_setzero_si128();
        for (int k = 0; k < 3; k++) {
            __m128i order = _mm_loadu_si128(reinterpret_cast<const __m128i *>(places.of[m][k]));
            made[m] = _mm_or_si128(made[m], _mm_shuffle_epi8(read[k], order));
        }
    }
}

/* Constants: mean, standard deviation and its reciprocal, 48 of each, channel after channel as pixels lie. */
template <typename N, typename A>
AVX512 void run_avx512(const uint8_t *pixels, int step, int64_t count, const float *table, const float *constants,
        typename N::type *out, Strides to) {
    int64_t i = 0;
    if (constants) {
        __m512 c[3][3];
        for (int kind = 0; kind < 3; kind++)
            for (int k = 0; k < 3; k++)
                c[kind][k] = to.channel == 1 ? _mm512_loadu_ps(constants + 48 * kind + 16 * k)
                                             : _mm512_set1_ps(constants[48 * kind + k]);
        for (; i + BLOCK <= count; i += BLOCK) {
            __m128i three[3];
            load_block(pixels, step, i, to.channel != 1, three);
            for (int k = 0; k < 3; k++)
                store(N(), normalized(A(), three[k], c[0][k], c[1][k], c[2][k]),
                        out + (to.channel == 1 ? 3 * i + 16 * k : i + k * to.channel));
        }
    }
    look_up<N>(pixels + 3 * step * i, step, count - i, table, out + i * to.pixel, to);
}

template <typename N, typename A>
AVX2 void run_avx2(const uint8_t *pixels, int step, int64_t count, const float *table, const float *constants,
        typename N::type *out, Strides to) {
    int64_t i = 0;
    for (; constants && i + BLOCK <= count; i += BLOCK) {
        __m128i three[3];
        load_block(pixels, step, i, to.channel != 1, three);
        for (int k = 0; k < 6; k++) {
            bool last = to.channel == 1;
            __m128i eight = k % 2 ? _mm_unpackhi_epi64(three[k / 2], three[k / 2]) : three[k / 2];
            const float *from = constants + (last ? 8 * k : k / 2);
            __m256 mean = last ? _mm256_loadu_ps(from) : _mm256_set1_ps(from[0]);
            __m256 std = last ? _mm256_loadu_ps(from + 48) : _mm256_set1_ps(from[48]);
            __m256 reciprocal = last ? _mm256_loadu_ps(from + 96) : _mm256_set1_ps(from[96]);
            typename N::type *at = last ? out + 3 * i + 8 * k : out + i + 8 * (k % 2) + (k / 2) * to.channel;
            store(N(), normalized(A(), eight, mean, std, reciprocal), at);
        }
    }
    look_up<N>(pixels + 3 * step * i, step, count - i, table, out + i * to.pixel, to);
}

#endif

template <typename N, typename A>
void pictures(const uint8_t *pixels, int64_t count, int height, int width, const uint8_t *flips, const float *table,
        const float *constants, int channels_last, void *memory) {
    typename N::type *out = static_cast<typename N::type *>(memory);
    void (*run)(const uint8_t *, int, int64_t, const float *, const float *, typename N::type *, Strides) = run_plain<N>;
#if defined(GRAFT_X86)
    if (graft_instructions() >= 3) run = run_avx512<N, A>;
    if (graft_instructions() == 2) run = run_avx2<N, A>;
#endif
    int64_t area = static_cast<int64_t>(height) * width;
    Strides to = {channels_last ? 3 : 1, channels_last ? 1 : area};
    for (int64_t n = 0; n < count; n++, pixels += 3 * area, out += 3 * area) {
        if (!flips || !flips[n]) {
            run(pixels, 1, area, table, constants, out, to);
            continue;
        }
        for (int64_t y = 0; y < height; y++)
            run(pixels + 3 * (y * width + width - 1), -1, width, table, constants, out + y * width * to.pixel, to);
    }
}

} // namespace

extern "C" int graft_normalize(const uint8_t *pixels, int64_t count, int height, int width, const uint8_t *flips,
        const float *table, const float *constants, int fused, int channels_last, int bf16, void *out, int64_t out_bytes) {
    if (!pixels || !table || !out) return GRAFT_NULL;
    if (count < 0 || height < 1 || width < 1 || height > (1 << 20) || width > (1 << 20)) return GRAFT_SIZE;
    int64_t each = 3 * static_cast<int64_t>(height) * width * (bf16 ? 2 : 4);
    if (count > MOST_BYTES / each || out_bytes != count * each) return GRAFT_SIZE;
    void (*all)(const uint8_t *, int64_t, int, int, const uint8_t *, const float *, const float *, int, void *);
    if (!bf16) all = fused ? pictures<F32, Fused> : pictures<F32, Corrected>;
    else if (graft_instructions() == 4) all = fused ? pictures<QuickBF16, Fused> : pictures<QuickBF16, Corrected>;
    else all = fused ? pictures<BF16, Fused> : pictures<BF16, Corrected>;
    all(pixels, count, height, width, flips, table, constants, channels_last, out);
    return 0;
}
