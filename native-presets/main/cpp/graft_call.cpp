// Functions of other libraries, by name.
#include "graft_kernels.h"

#if defined(__linux__) || defined(__APPLE__)
#include <cstdio>
#include <unistd.h>

int graft_stdout_aside(int aside) {
    static int kept = -1;
    if ((kept < 0) != (aside != 0)) return GRAFT_MISSING;
    std::fflush(stdout);
    if (aside != 0) {
        kept = dup(STDOUT_FILENO);
        if (kept < 0) return GRAFT_MISSING;
        return dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ? GRAFT_MISSING : 0;
    }
    int back = dup2(kept, STDOUT_FILENO);
    close(kept);
    kept = -1;
    return back < 0 ? GRAFT_MISSING : 0;
}

#else

int graft_stdout_aside(int) { return GRAFT_MISSING; }

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
