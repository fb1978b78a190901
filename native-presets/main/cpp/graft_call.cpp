// Functions of other libraries, by name.
#include "graft_kernels.h"

#if defined(__linux__) || defined(__APPLE__)
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>

static FILE *held = nullptr;
static int output = -1;

int graft_hold_output(void) {
    if (held != nullptr) return GRAFT_MISSING;
    FILE *file = tmpfile();
    if (file == nullptr) return GRAFT_MISSING;
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    if (kept < 0 || dup2(fileno(file), STDOUT_FILENO) < 0) {
        if (kept >= 0) close(kept);
        fclose(file);
        return GRAFT_MISSING;
    }
    held = file;
    output = kept;
    return 0;
}

static int write_all(const std::string &text) {
    for (size_t at = 0; at < text.size();) {
        ssize_t n = write(STDOUT_FILENO, text.data() + at, text.size() - at);
        if (n < 0) return GRAFT_MISSING;
        at += static_cast<size_t>(n);
    }
    return 0;
}

int graft_release_output(const char *without) {
    if (without == nullptr) return GRAFT_NULL;
    if (held == nullptr) return GRAFT_MISSING;
    fflush(stdout);
    int code = dup2(output, STDOUT_FILENO) < 0 ? GRAFT_MISSING : 0;
    close(output);
    output = -1;
    rewind(held);
    std::string line;
    for (int c = fgetc(held); code == 0 && (c != EOF || !line.empty()); c = fgetc(held)) {
        if (c != EOF) line.push_back(static_cast<char>(c));
        if (c != EOF && c != '\n') continue;
        if (line.compare(0, strlen(without), without) != 0) code = write_all(line);
        line.clear();
        if (c == EOF) break;
    }
    fclose(held);
    held = nullptr;
    return code;
}

#else

int graft_hold_output(void) { return GRAFT_MISSING; }

int graft_release_output(const char *) { return GRAFT_MISSING; }

#endif

#if defined(__linux__) && !defined(GRAFT_STATIC)
#include <dlfcn.h>

int graft_call(const char *library, const char *function, int argument) {
    if (library == nullptr || function == nullptr) return GRAFT_NULL;
    void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) return GRAFT_MISSING;
    auto call = reinterpret_cast<void (*)(int)>(dlsym(handle, function));
    if (call != nullptr) call(argument);
    dlclose(handle); // the process still has it
    return call == nullptr ? GRAFT_MISSING : 0;
}

#else

int graft_call(const char *library, const char *function, int) {
    return library == nullptr || function == nullptr ? GRAFT_NULL : GRAFT_MISSING;
}

#endif
