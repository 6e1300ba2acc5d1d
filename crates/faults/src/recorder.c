/* Stands before the system's own functions: writes down what a process does to the files of one folder, and kills it at one
 * of these operations if it is asked to.
 *
 * RELANCE_FAULTS_FOLDER  the folder, as an absolute path without links
 * RELANCE_FAULTS_LOG     the file to write to; it lies outside the folder
 * RELANCE_FAULTS_KILL    "before 12", "within 12" or "after 12": where to end with SIGKILL; operations count from 1
 *
 * Each operation is written as: kind (1 byte), length of the name (4), offset (8), length of the data (8), name, data; numbers
 * are little-endian. One lock is held while an operation is done and written down, so that the order is the true one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static size_t folder_len;
static int log_fd = -1;
static unsigned long count, kill_at;
static char kill_when; /* 'b'efore, 'w'ithin, 'a'fter */

__attribute__((constructor)) static void start(void) {
    const char *where = getenv("RELANCE_FAULTS_FOLDER");
    const char *log = getenv("RELANCE_FAULTS_LOG");
    const char *kill_text = getenv("RELANCE_FAULTS_KILL");
    if (!where || strlen(where) >= sizeof folder) return;
    strcpy(folder, where);
    folder_len = strlen(folder);
    if (log) log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (kill_text) {
        char word[8];
        if (sscanf(kill_text, "%7s %lu", word, &kill_at) == 2) kill_when = word[0];
    }
}

/* The name under the folder ("" for the folder itself), if that path is to be watched. The shared memory beside a database is
 * rebuilt by whoever opens it first, and is left out. */
static const char *watched(const char *path) {
    if (!folder_len || strncmp(path, folder, folder_len)) return NULL;
    const char *rest = path + folder_len;
    if (*rest == 0) return rest;
    if (*rest != '/') return NULL;
    size_t length = strlen(++rest);
    if (length > 4 && !strcmp(rest + length - 4, "-shm")) return NULL;
    return rest;
}

static const char *watched_fd(int fd, char *buffer, size_t size) {
    if (!folder_len) return NULL;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, size - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    return watched(buffer);
}

static const char *watched_at(int at, const char *path, char *buffer, size_t size) {
    if (!folder_len) return NULL;
    if (path[0] == '/') {
        snprintf(buffer, size, "%s", path);
    } else {
        char link[64], base[4096];
        if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
        if (length < 0) return NULL;
        base[length] = 0;
        while (!strncmp(path, "./", 2)) path += 2;
        snprintf(buffer, size, "%s/%s", base, path);
    }
    return watched(buffer);
}

static void die(void) { syscall(SYS_kill, syscall(SYS_getpid), SIGKILL); }

static int here(char when) { return kill_when == when && count == kill_at; }

/* Begins an operation: the lock is held from here to `end`. */
static void begin(void) {
    pthread_mutex_lock(&lock);
    count++;
    if (here('b')) die();
}

static void put(char kind, const char *name, uint64_t offset, const void *data, uint64_t length) {
    if (log_fd < 0) return;
    unsigned char head[21];
    uint32_t name_length = strlen(name);
    head[0] = kind;
    memcpy(head + 1, &name_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)name, name_length}, {(void *)data, length}};
    syscall(SYS_writev, log_fd, parts, length ? 3 : 2);
}

static void end(void) {
    int saved = errno;
    if (here('a')) die();
    pthread_mutex_unlock(&lock);
    errno = saved;
}

static ssize_t write_watched(int fd, const char *name, const void *data, size_t length, off_t offset, int placed) {
    begin();
    if (!placed) {
        int flags = syscall(SYS_fcntl, fd, F_GETFL);
        offset = syscall(SYS_lseek, fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    if (here('w')) length = length / 2 / SECTOR * SECTOR;
    ssize_t done = placed ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
    if (here('w')) die();
    if (done >= 0) put('w', name, offset, data, done);
    end();
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    char buffer[4096];
    const char *name = watched_fd(fd, buffer, sizeof buffer);
    if (!name) return syscall(SYS_pwrite64, fd, data, length, offset);
    return write_watched(fd, name, data, length, offset, 1);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    char buffer[4096];
    const char *name = watched_fd(fd, buffer, sizeof buffer);
    if (!name) return syscall(SYS_write, fd, data, length);
    return write_watched(fd, name, data, length, 0, 0);
}

int ftruncate64(int fd, off_t length) {
    char buffer[4096];
    const char *name = watched_fd(fd, buffer, sizeof buffer);
    if (!name) return syscall(SYS_ftruncate, fd, length);
    begin();
    int result = here('w') ? (die(), -1) : syscall(SYS_ftruncate, fd, length);
    if (result == 0) put('t', name, length, NULL, 0);
    end();
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_any(int fd, long call) {
    char buffer[4096];
    const char *name = watched_fd(fd, buffer, sizeof buffer);
    if (!name) return syscall(call, fd);
    begin();
    int result = here('w') ? (die(), -1) : syscall(call, fd);
    if (result == 0) put('s', name, 0, NULL, 0);
    end();
    return result;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

static int open_any(int at, const char *path, int flags, mode_t mode) {
    char buffer[8192];
    const char *name = flags & O_CREAT ? watched_at(at, path, buffer, sizeof buffer) : NULL;
    if (!name || syscall(SYS_faccessat, at, path, F_OK) == 0) {
        errno = 0;
        return syscall(SYS_openat, at, path, flags, mode);
    }
    begin();
    int fd = here('w') ? (die(), -1) : syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0) put('c', name, 0, NULL, 0);
    end();
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }

int unlinkat(int at, const char *path, int flags) {
    char buffer[8192];
    const char *name = watched_at(at, path, buffer, sizeof buffer);
    if (!name) return syscall(SYS_unlinkat, at, path, flags);
    begin();
    int result = here('w') ? (die(), -1) : syscall(SYS_unlinkat, at, path, flags);
    if (result == 0) put('u', name, 0, NULL, 0);
    end();
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

/* A second name for a file, or another name: the data is the new name. */
static int name_anew(char kind, int from_at, const char *from, int to_at, const char *to, int flags) {
    char old[8192], new[8192];
    const char *old_name = watched_at(from_at, from, old, sizeof old);
    const char *new_name = watched_at(to_at, to, new, sizeof new);
    long call = kind == 'r' ? SYS_renameat2 : SYS_linkat;
    if (!old_name || !new_name) return syscall(call, from_at, from, to_at, to, flags);
    begin();
    int result = here('w') ? (die(), -1) : syscall(call, from_at, from, to_at, to, flags);
    if (result == 0) put(kind, old_name, 0, new_name, strlen(new_name));
    end();
    return result;
}

int rename(const char *from, const char *to) { return name_anew('r', AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return name_anew('r', a, from, b, to, 0); }
int link(const char *from, const char *to) { return name_anew('l', AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return name_anew('l', a, from, b, to, flags); }
