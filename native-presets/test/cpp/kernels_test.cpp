/*
 * Runs the kernels on random pictures in memory of exactly their size, each instruction set against plain C. Meant to be
 * compiled with -fsanitize=address,undefined, so that a byte read or written outside is an error.
 */
#include "graft_kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <vector>

namespace {

std::mt19937 numbers(7);

int number(int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(numbers);
}

/* Rising starts inside the source, and weights of up to one and a half pixels that are zero beyond it. */
struct Axis {
    std::vector<int> start;
    std::vector<int16_t> weights;
    int groups;

    Axis(int source, int out) : start(static_cast<size_t>(out)), groups(number(1, 4)) {
        weights.resize(static_cast<size_t>(out * groups * 8));
        int at = 0;
        for (int i = 0; i < out; i++) {
            at += number(0, 2 * source / out + 1);
            if (at >= source) at = source - 1;
            start[static_cast<size_t>(i)] = at;
            for (int k = 0; k < 4 * groups && at + k < source; k++) {
                int weight = number(-(3 << 19), 3 << 20) / groups;
                size_t place = static_cast<size_t>((i * groups + k / 4) * 8 + k % 4);
                weights[place] = static_cast<int16_t>(weight >> 11);
                weights[place + 4] = static_cast<int16_t>(weight & 2047);
            }
        }
    }
};

/* Heap memory of exactly so many bytes: what comes after it is guarded. */
struct Bytes {
    size_t size;
    std::unique_ptr<uint8_t[]> data;

    explicit Bytes(int64_t n) : size(static_cast<size_t>(n)), data(new uint8_t[size]) {}
};

int side() {
    return number(0, 2) == 0 ? number(1, 5) : number(1, 90);
}

bool round_is_right(int round, int best) {
    const int all[] = {1, 3, 4};
    int channels = all[number(0, 2)];
    int width = side(), height = side(), out_width = side(), out_height = side();
    Axis x(width, out_width);
    Axis y(height, out_height);
    int64_t stride = static_cast<int64_t>(channels) * width + (number(0, 1) ? 0 : number(0, 9));
    Bytes source(stride * (height - 1) + static_cast<int64_t>(channels) * width);
    for (size_t i = 0; i < source.size; i++) source.data[i] = static_cast<uint8_t>(number(0, 255));
    int64_t out_stride = static_cast<int64_t>(channels) * out_width + (number(0, 1) ? 0 : number(0, 9));
    int64_t out_size = out_stride * (out_height - 1) + static_cast<int64_t>(channels) * out_width;
    Bytes scratch(graft_resample_scratch(width, height, channels, out_width, out_height, x.groups, y.groups));
    int vertical_first = number(0, 1);
    Bytes expected(out_size);
    Bytes out(out_size);
    memset(expected.data.get(), 0, expected.size);
    for (int level = 0; level <= best; level++) {
        graft_limit_instructions(level);
        memset(out.data.get(), 0, out.size);
        int code = graft_resample(source.data.get(), stride, width, height, channels, out_width, x.start.data(),
                x.weights.data(), x.groups, out_height, y.start.data(), y.weights.data(), y.groups, vertical_first,
                out.data.get(), out_stride, scratch.data.get(), static_cast<int64_t>(scratch.size));
        if (code != 0) {
            printf("round %d: code %d\n", round, code);
            return false;
        }
        if (level == 0) memcpy(expected.data.get(), out.data.get(), out.size);
        if (memcmp(expected.data.get(), out.data.get(), out.size) == 0) continue;
        printf("round %d: level %d differs: %d channels, %d x %d to %d x %d, vertical first %d\n", round, level, channels,
                width, height, out_width, out_height, vertical_first);
        return false;
    }
    return true;
}

/* ImageNet's means and deviations, for which the arithmetic of vectors gives the table's numbers. */
bool batch_is_right(int round, int best) {
    const float mean[] = {0.485f, 0.456f, 0.406f};
    const float deviation[] = {0.229f, 0.224f, 0.225f};
    std::vector<float> table(768);
    for (int i = 0; i < 768; i++)
        table[static_cast<size_t>(i)] = (static_cast<float>(i % 256) / 255.0f - mean[i / 256]) / deviation[i / 256];
    std::vector<float> divided(144);
    for (size_t i = 0; i < 48; i++) {
        divided[i] = mean[i % 3];
        divided[48 + i] = deviation[i % 3];
        divided[96 + i] = 1 / deviation[i % 3];
    }
    int count = number(1, 3), height = side(), width = side();
    Bytes pixels(3LL * count * height * width);
    for (size_t i = 0; i < pixels.size; i++) pixels.data[i] = static_cast<uint8_t>(number(0, 255));
    Bytes flips(count);
    for (size_t i = 0; i < flips.size; i++) flips.data[i] = static_cast<uint8_t>(number(0, 1));
    int last = number(0, 1), bf16 = number(0, 1);
    Bytes expected(static_cast<int64_t>(pixels.size) * (bf16 ? 2 : 4));
    Bytes out(static_cast<int64_t>(expected.size));
    for (int level = 0; level <= best; level++) {
        graft_limit_instructions(level);
        int code = graft_normalize(pixels.data.get(), count, height, width, flips.data.get(), table.data(), divided.data(), 0, last, bf16, out.data.get(), static_cast<int64_t>(out.size));
        if (level == 0) memcpy(expected.data.get(), out.data.get(), out.size);
        if (code == 0 && memcmp(expected.data.get(), out.data.get(), out.size) == 0) continue;
        printf("round %d: batch, level %d, code %d: %d x %d x %d, channels last %d, bf16 %d\n", round, level, code, count,
                height, width, last, bf16);
        return false;
    }
    return true;
}

/** A call by name does what the same call does, and a wrong name is told. */
bool call_is_right() {
    if (graft_call(nullptr, "srand", 7) != GRAFT_NULL || graft_call("libc.so.6", nullptr, 7) != GRAFT_NULL) return false;
    if (graft_call("libnone.so.1", "srand", 7) != GRAFT_MISSING) return false;
#ifdef GRAFT_STATIC
    return graft_call("libc.so.6", "srand", 7) == GRAFT_MISSING;
#else
    if (graft_call("libc.so.6", "graft_none", 7) != GRAFT_MISSING) return false;
    srand(7);
    int expected = rand();
    srand(8);
    return graft_call("libc.so.6", "srand", 7) == 0 && rand() == expected;
#endif
}

/** What is held back comes in the end, without the lines of the library. */
bool output_is_held() {
    if (graft_release_output("[Some]") != GRAFT_MISSING) return false;
    FILE *file = tmpfile();
    fflush(stdout);
    int shown = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    int code = graft_hold_output();
    bool held = ftell(file) == 0;
    printf("one\n[Some] line\ntwo");
    code += graft_release_output("[Some]");
    fflush(stdout);
    dup2(shown, STDOUT_FILENO);
    close(shown);
    char text[64] = {};
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return code == 0 && held && n == 7 && strcmp(text, "one\ntwo") == 0;
}

} // namespace

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 20000;
    int best = graft_instructions();
    if (!call_is_right()) {
        printf("a call by name went wrong\n");
        return 1;
    }
    if (!output_is_held()) {
        printf("the output was not held back\n");
        return 1;
    }
    for (int i = 0; i < rounds; i++)
        if (!round_is_right(i, best) || !batch_is_right(i, best)) return 1;
    printf("kernels: %d pictures and batches, instruction sets 0 to %d agree\n", rounds, best);
    return 0;
}
