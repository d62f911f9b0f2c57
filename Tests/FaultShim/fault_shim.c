// A disk that fails once, for tests: loaded before the program by LD_PRELOAD, it counts the operations on files below
// a directory, and lets one of them go wrong.
//
//   clang -shared -fPIC -O1 -o fault_shim.so fault_shim.c
//
// FAULT_DIRECTORY  the files meant: those whose real path starts so
// FAULT_NUMBER     which operation goes wrong, from 1; 0 for none
// FAULT_KIND       eio, enospc: it fails, with nothing done
//                  short: a write takes half of its bytes; other operations are left alone
//                  drop: a write, flush or change of length is said to be done, and is not
//                  length: every change of length is said to be done, and none is
// FAULT_LOG        a file outside of the directory, for the number of operations; of several processes, the most
//
// Counted are open, write, pwrite, writev, ftruncate, fsync, fdatasync, rename and close.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int operations;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_below(const char *path) {
    const char *directory = getenv("FAULT_DIRECTORY");
    return directory && strncmp(path, directory, strlen(directory)) == 0;
}

static int is_meant(int descriptor) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

// Of a path that need not exist, by the directory that it is in.
static int is_path_meant(const char *path) {
    char parent[PATH_MAX], real[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash == parent) return 0;
    if (slash) *slash = 0;
    return realpath(slash ? parent : ".", real) && is_below(real);
}

// Whether the operation that is about to be done goes wrong.
static int strikes(void) {
    int number = atomic_fetch_add(&operations, 1) + 1;
    const char *wanted = getenv("FAULT_NUMBER");
    return wanted && number == atoi(wanted);
}

static int is_kind(const char *kind) {
    const char *wanted = getenv("FAULT_KIND");
    return wanted && strcmp(wanted, kind) == 0;
}

// Sets errno; false for a kind that lets this operation pass.
static int fails(void) {
    int reason = is_kind("eio") ? EIO : is_kind("enospc") ? ENOSPC : 0;
    if (reason) errno = reason;
    return reason != 0;
}

__attribute__((destructor)) static void log_count(void) {
    const char *path = getenv("FAULT_LOG");
    if (!path || atomic_load(&operations) == 0) return;
    int most = 0;
    FILE *file = fopen(path, "r");
    if (file) {
        if (fscanf(file, "%d", &most) != 1) most = 0;
        fclose(file);
    }
    if (atomic_load(&operations) <= most || !(file = fopen(path, "w"))) return;
    fprintf(file, "%d\n", atomic_load(&operations));
    fclose(file);
}

#define OPEN(name)                                                                      \
    int name(const char *path, int flags, ...) {                                        \
        va_list arguments;                                                              \
        va_start(arguments, flags);                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
        va_end(arguments);                                                              \
        if (is_path_meant(path) && strikes() && fails()) return -1;                     \
        return REAL(name)(path, flags, mode);                                           \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (is_meant(descriptor) && strikes()) {
        if (fails()) return -1;
        if (is_kind("drop")) {
            lseek(descriptor, (off_t)count, SEEK_CUR);
            return (ssize_t)count;
        }
        if (is_kind("short") && count > 1) count /= 2;
    }
    return REAL(write)(descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (is_meant(descriptor) && strikes() && fails()) return -1;
    return REAL(writev)(descriptor, parts, count);
}

#define PWRITE(name, offset_type)                                                        \
    ssize_t name(int descriptor, const void *bytes, size_t count, offset_type offset) { \
        if (is_meant(descriptor) && strikes()) {                                         \
            if (fails()) return -1;                                                      \
            if (is_kind("drop")) return (ssize_t)count;                                  \
            if (is_kind("short") && count > 1) count /= 2;                               \
        }                                                                                \
        return REAL(name)(descriptor, bytes, count, offset);                             \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset_type)                       \
    int name(int descriptor, offset_type length) {        \
        if (is_kind("length")) return 0;                  \
        if (is_meant(descriptor) && strikes()) {          \
            if (fails()) return -1;                       \
            if (is_kind("drop")) return 0;                \
        }                                                 \
        return REAL(name)(descriptor, length);            \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define FLUSH(name)                              \
    int name(int descriptor) {                   \
        if (is_meant(descriptor) && strikes()) { \
            if (fails()) return -1;              \
            if (is_kind("drop")) return 0;       \
        }                                        \
        return REAL(name)(descriptor);           \
    }
FLUSH(fsync)
FLUSH(fdatasync)

int rename(const char *from, const char *to) {
    if (is_path_meant(to) && strikes() && fails()) return -1;
    return REAL(rename)(from, to);
}

// The descriptor is gone either way, as it is on Linux.
int close(int descriptor) {
    int failed = is_meant(descriptor) && strikes() && fails();
    int reason = errno;
    int result = REAL(close)(descriptor);
    if (!failed) return result;
    errno = reason;
    return -1;
}
