// Stands between the program and the system, for proofs: ends the program before its Nth write, sync or send, or lets the
// disk be full or broken. Loaded with LD_PRELOAD by tests/support/disk.rs; no part of the program.
//
// DISK_KILL=N      SIGKILL before the Nth call.
// DISK_COUNT=FILE  how many calls there were, written at the end.
// DISK_TROUBLE=FILE  while this file says `full`, files do not grow; while it says `sync`, nothing can be forced to the disk;
//                    while it says `shut`, what lies below DISK_FOLDER may only be read.
// DISK_MADE=FILE   what was made with which mode: a line for each file and folder. DISK_UMASK=MODE takes nothing off it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls;

static void pass(void) {
    static long last = -1;
    if (last < 0) {
        const char *asked = getenv("DISK_KILL");
        last = asked ? atol(asked) : 0;
    }
    if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == last) kill(getpid(), SIGKILL);
}

static int trouble(const char *kind) {
    const char *file = getenv("DISK_TROUBLE");
    if (!file) return 0;
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char said[8] = {0};
    long got = syscall(SYS_read, fd, said, sizeof said - 1);
    close(fd);
    return got > 0 && strncmp(said, kind, strlen(kind)) == 0;
}

static int is_file(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ROOM(fd) if (is_file(fd) && trouble("full")) { errno = ENOSPC; return -1; }
#define SOUND(fd) if (trouble("sync")) { errno = EIO; return -1; }

ssize_t write(int fd, const void *from, size_t count) { pass(); ROOM(fd) return REAL(write)(fd, from, count); }
ssize_t writev(int fd, const struct iovec *from, int count) { pass(); ROOM(fd) return REAL(writev)(fd, from, count); }
ssize_t pwrite(int fd, const void *from, size_t count, off_t at) { pass(); ROOM(fd) return REAL(pwrite)(fd, from, count, at); }
ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) { pass(); ROOM(fd) return REAL(pwrite64)(fd, from, count, at); }
int ftruncate(int fd, off_t size) { pass(); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { pass(); return REAL(ftruncate64)(fd, size); }
int fsync(int fd) { pass(); SOUND(fd) return REAL(fsync)(fd); }
int fdatasync(int fd) { pass(); SOUND(fd) return REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) { pass(); return REAL(rename)(from, to); }
int unlink(const char *path) { pass(); return REAL(unlink)(path); }
ssize_t send(int fd, const void *from, size_t count, int flags) { pass(); return REAL(send)(fd, from, count, flags); }
ssize_t sendmsg(int fd, const struct msghdr *what, int flags) { pass(); return REAL(sendmsg)(fd, what, flags); }

static int is_shut(const char *path) {
    const char *folder = getenv("DISK_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0 && trouble("shut");
}

static void note(unsigned mode, const char *path) {
    const char *file = getenv("DISK_MADE");
    if (!file || strcmp(file, path) == 0) return;
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char line[5000];
    int size = snprintf(line, sizeof line, "%o %s\n", mode, path);
    if (fd < 0 || syscall(SYS_write, fd, line, size) < 0) abort();
    close(fd);
}

// Whether opening `path` so is refused; what it makes is noted.
static int refused(const char *path, int flags, unsigned mode) {
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_shut(path)) return 1;
    struct stat about;
    if ((flags & O_CREAT) && stat(path, &about) != 0) note(mode, path);
    return 0;
}

#define MODE(flags, mode) unsigned mode = 0; if (flags & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, unsigned); va_end(more); }
#define OPEN(path, flags, mode) if (refused(path, flags, mode)) { errno = EROFS; return -1; }

int open(const char *path, int flags, ...) { MODE(flags, mode) OPEN(path, flags, mode) return REAL(open)(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) OPEN(path, flags, mode) return REAL(open64)(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, mode) OPEN(path, flags, mode) return REAL(openat)(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, mode) OPEN(path, flags, mode) return REAL(openat64)(at, path, flags, mode); }
int mkdir(const char *path, mode_t mode) {
    struct stat about;
    if (is_shut(path)) { errno = EROFS; return -1; }
    if (stat(path, &about) != 0) note(mode, path);
    return REAL(mkdir)(path, mode);
}

__attribute__((constructor)) static void begin(void) {
    const char *mask = getenv("DISK_UMASK");
    if (mask) umask(strtol(mask, NULL, 8));
}

__attribute__((destructor)) static void count(void) {
    const char *file = getenv("DISK_COUNT");
    if (!file) return;
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return;
    char text[32];
    int size = snprintf(text, sizeof text, "%ld", calls);
    if (syscall(SYS_write, fd, text, size) < 0) abort();
    close(fd);
}
