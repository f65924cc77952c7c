/* Loaded before the C library: the n-th call that changes a file whose name is listed fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int is_listed(const char *path) {
    const char *listed = getenv("FAULTS_NAMES");
    char copy[4096];
    if (!listed || strlen(listed) >= sizeof copy) return 0;
    strcpy(copy, listed);
    for (char *rest = copy, *name; (name = strsep(&rest, ":"));)
        /* One that ends with $ is the end of the path. */
        if (*name && name[strlen(name) - 1] == '$'
                ? (name[strlen(name) - 1] = 0, strlen(path) >= strlen(name) && !strcmp(path + strlen(path) - strlen(name), name))
                : *name && strstr(path, name))
            return 1;
    return 0;
}

static int is_due(const char *path) {
    if (!is_listed(path) || atomic_fetch_add(&calls, 1) != atol(getenv("FAULTS_AT"))) return 0;
    /* Whoever waits for it knows that it happened. */
    int note = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULTS_NOTE"), O_CREAT | O_WRONLY, 0600);
    if (note >= 0) close(note);
    errno = atoi(getenv("FAULTS_ERROR"));
    return 1;
}

static int is_due_for(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_due(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    return is_due_for(file) ? -1 : REAL(write)(file, bytes, count);
}
int fsync(int file) { return is_due_for(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return is_due_for(file) ? -1 : REAL(fdatasync)(file); }
int fchmod(int file, mode_t mode) { return is_due_for(file) ? -1 : REAL(fchmod)(file, mode); }
int rename(const char *from, const char *to) {
    return is_due(to) ? -1 : REAL(rename)(from, to);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return is_due(to) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return is_due(path) ? -1 : REAL(open64)(path, flags, mode);
}
