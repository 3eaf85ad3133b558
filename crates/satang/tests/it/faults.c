/*
 * Stands between a program and its disk (LD_PRELOAD): writes down, in order, what the program does to the files of one
 * directory, and lets one of these calls fail.
 *
 *   SATANG_FAULT_DIR    the directory, as an absolute path without links
 *   SATANG_FAULT_TRACE  where to append a line per call: its letter, the file, the offset, the length. The bytes of
 *                       each write are appended to a file of the same name with ".bytes" behind it; where they begin
 *                       there is the last number of the line.
 *   SATANG_FAULT_AT     the number of the call that fails, from 1; none if missing
 *   SATANG_FAULT_ERRNO  what it fails with
 *   SATANG_FAULT_MODE   "once"; "on", for all calls from there on; "short", which is like "on", except that the call
 *                       itself, if it writes, writes half and says so: a disk that fills up; "die", to be killed
 *                       instead of making the call; "die-unflushed", the same at the first flush from there on
 *
 * Letters: C create, W write, S sync, T truncate, D delete, R rename; a call that was made to fail has a '!' before
 * its line. One call is done after the other. The line of a write comes before the write and that of any other call
 * after it, so that whoever kills the program never finds a write without its line, nor the line of a flush that was
 * not done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum decision { PASS, FAIL, SHORT, DIE };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *directory;
static size_t directory_length;
static const char *mode;
static long fail_at, calls;
static int fail_with, trace = -1, bytes = -1;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : 0;
}

/* The system calls themselves: what the shim writes must not come back to it. */
static int open_log(const char *path) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void append(int log, const void *from, size_t length) {
    if (log >= 0 && syscall(SYS_write, log, from, length) != (long)length)
        abort(); /* A trace with holes would prove nothing. */
}

__attribute__((constructor)) static void set_up(void) {
    const char *path = getenv("SATANG_FAULT_TRACE");
    char path_of_bytes[4096];
    directory = getenv("SATANG_FAULT_DIR");
    directory_length = directory ? strlen(directory) : 0;
    mode = getenv("SATANG_FAULT_MODE");
    fail_at = number("SATANG_FAULT_AT");
    fail_with = (int)number("SATANG_FAULT_ERRNO");
    if (path) {
        snprintf(path_of_bytes, sizeof path_of_bytes, "%s.bytes", path);
        trace = open_log(path);
        bytes = open_log(path_of_bytes);
    }
}

/* The part of a path inside the directory ("." for itself), or NULL when it lies elsewhere. */
static const char *inside(const char *path) {
    if (!directory || strncmp(path, directory, directory_length) != 0) return NULL;
    if (path[directory_length] == '\0') return ".";
    return path[directory_length] == '/' ? path + directory_length + 1 : NULL;
}

/* The same for an open file. `path` is where its name is put. */
static const char *inside_of(int file, char path[4096]) {
    char link[64];
    ssize_t length;
    if (!directory) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, 4095);
    if (length < 0) return NULL;
    path[length] = '\0';
    return inside(path);
}

static int is_mode(const char *name) { return strcmp(mode, name) == 0; }

/* Counts a call. Takes the turn, which `done` gives back. */
static enum decision decide(char letter) {
    pthread_mutex_lock(&turn);
    calls++;
    if (fail_at == 0 || calls < fail_at) return PASS;
    if (is_mode("die-unflushed")) return letter == 'S' ? DIE : PASS;
    if (calls > fail_at) return is_mode("once") ? PASS : FAIL;
    if (is_mode("die")) return DIE;
    return is_mode("short") && letter == 'W' ? SHORT : FAIL;
}

/* Writes down a call; for a write, with what it writes. Nobody returns from the call at which to die. */
static void note(enum decision decision, char letter, const char *name, long offset, const void *from, size_t length) {
    char line[4096];
    long start = bytes >= 0 ? syscall(SYS_lseek, bytes, 0, SEEK_END) : 0;
    int end = snprintf(line, sizeof line, "%s%c %s %ld %zu %ld\n", decision == PASS ? "" : "!", letter, name, offset,
                       length, start);
    if (length > 0) append(bytes, from, length);
    append(trace, line, (size_t)end);
    if (decision == DIE) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

/* Writes down a call that is done, unless it failed by itself, and returns what it returned. */
static long done(enum decision decision, char letter, const char *name, long offset, long result) {
    int error = errno;
    if (decision != PASS || result >= 0) note(decision, letter, name, offset, NULL, 0);
    pthread_mutex_unlock(&turn);
    errno = error;
    return result;
}

static long fail(void) {
    errno = fail_with;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static ssize_t write_at(int file, const void *from, size_t length, off_t offset, int positioned) {
    char path[4096];
    const char *name = inside_of(file, path);
    enum decision decision;
    ssize_t result;
    if (!name) return positioned ? REAL(pwrite)(file, from, length, offset) : REAL(write)(file, from, length);
    decision = decide('W');
    if (!positioned) offset = lseek(file, 0, SEEK_CUR);
    if (decision == SHORT) length /= 2;
    if (decision == FAIL || length == 0) return done(FAIL, 'W', name, offset, fail());
    note(decision, 'W', name, offset, from, length);
    result = positioned ? REAL(pwrite)(file, from, length, offset) : REAL(write)(file, from, length);
    if (result != (ssize_t)length) abort(); /* A real failure: the line is a lie. */
    pthread_mutex_unlock(&turn);
    return result;
}

ssize_t write(int file, const void *from, size_t length) { return write_at(file, from, length, 0, 0); }

ssize_t pwrite(int file, const void *from, size_t length, off_t offset) {
    return write_at(file, from, length, offset, 1);
}

ssize_t pwrite64(int file, const void *from, size_t length, off64_t offset) {
    return write_at(file, from, length, offset, 1);
}

/* Nothing writes the store this way. If that changes, the trace must not be silent about it. */
ssize_t writev(int file, const struct iovec *parts, int count) {
    char path[4096];
    if (inside_of(file, path)) abort();
    return REAL(writev)(file, parts, count);
}

static int sync_file(int file, int (*real)(int)) {
    char path[4096];
    const char *name = inside_of(file, path);
    enum decision decision;
    if (!name) return real(file);
    decision = decide('S');
    return (int)done(decision, 'S', name, 0, decision == PASS ? real(file) : fail());
}

int fsync(int file) { return sync_file(file, REAL(fsync)); }

int fdatasync(int file) { return sync_file(file, REAL(fdatasync)); }

static int truncate_file(int file, off_t length) {
    char path[4096];
    const char *name = inside_of(file, path);
    enum decision decision;
    if (!name) return REAL(ftruncate)(file, length);
    decision = decide('T');
    return (int)done(decision, 'T', name, length, decision == PASS ? REAL(ftruncate)(file, length) : fail());
}

int ftruncate(int file, off_t length) { return truncate_file(file, length); }

int ftruncate64(int file, off64_t length) { return truncate_file(file, length); }

int unlink(const char *path) {
    const char *name = inside(path);
    enum decision decision;
    if (!name) return REAL(unlink)(path);
    decision = decide('D');
    return (int)done(decision, 'D', name, 0, decision == PASS ? REAL(unlink)(path) : fail());
}

int rename(const char *from, const char *to) {
    const char *name = inside(to);
    enum decision decision;
    if (!name) return REAL(rename)(from, to);
    decision = decide('R');
    return (int)done(decision, 'R', name, 0, decision == PASS ? REAL(rename)(from, to) : fail());
}

static int open_file(const char *path, int flags, mode_t permissions) {
    const char *name = inside(path);
    enum decision decision;
    if (!name || !(flags & O_CREAT) || access(path, F_OK) == 0) return REAL(open)(path, flags, permissions);
    decision = decide('C');
    return (int)done(decision, 'C', name, 0, decision == PASS ? REAL(open)(path, flags, permissions) : fail());
}

#define PERMISSIONS(flags, permissions)                          \
    mode_t permissions = 0;                                      \
    if (flags & O_CREAT) {                                       \
        va_list more;                                            \
        va_start(more, flags);                                   \
        permissions = (mode_t)va_arg(more, unsigned int);        \
        va_end(more);                                            \
    }

int open(const char *path, int flags, ...) {
    PERMISSIONS(flags, permissions)
    return open_file(path, flags, permissions);
}

int open64(const char *path, int flags, ...) {
    PERMISSIONS(flags, permissions)
    return open_file(path, flags | O_LARGEFILE, permissions);
}
