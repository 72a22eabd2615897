/* Shim: fails, shortens and records the calls that put bytes on a disk. Preloaded (LD_PRELOAD) into a load process or
 * into a PostgreSQL server; it touches only files under one folder. Linux, 64 bit. See shim.py for the other side.
 *
 *   FAULTS_UNDER    the folder
 *   FAULTS_CONTROL  a file mapped into every process: what is to fail from when on, and how often it did
 *   FAULTS_LOG      a folder, or nothing: each process records there, in a file of its own, what it did to the disk
 *
 * System calls are made directly, so that nothing here can call itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, SIZE = 4 };           /* kinds of calls */
enum { FAIL = 0, SHORT = 1, PART = 2 };           /* manners: see put() */

struct control {                                  /* the same in shim.py */
    int32_t armed, ops, error, manner, forever, struck;
    int64_t countdown;                            /* calls that still go well */
    uint64_t sequence;                            /* of records, over all processes */
    uint64_t chance;                              /* state of a random generator */
    char aim[64];                                 /* which files: a pattern of fnmatch(3) */
    char where[192];                              /* the file that was struck first */
};

struct record {                                   /* the same in power.py; path, other path and body follow */
    uint64_t sequence, mark;
    int64_t offset;
    uint64_t length;
    uint32_t kind, path, other, body;
};

static struct control *control;
static const char *under, *logs;
static size_t width;

__attribute__((constructor)) static void begin(void) {
    under = getenv("FAULTS_UNDER");
    logs = getenv("FAULTS_LOG");
    const char *file = getenv("FAULTS_CONTROL");
    if (!under || !file) return;
    under = strdup(under);                        /* a server writes its title over its environment */
    logs = logs ? strdup(logs) : NULL;
    width = strlen(under);
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) _exit(97);
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (mapped == MAP_FAILED) _exit(97);
    control = mapped;
}

/* --- Which files ------------------------------------------------------------------------------------------------ */

static int inside(const char *path) {
    return strncmp(path, under, width) == 0 && (path[width] == '/' || path[width] == 0);
}

/* Whether an open file is one of ours, and its present name. A file that was unlinked is nobody's. */
static int ours(int fd, char *path) {
    if (!control) return 0;
    int saved = errno;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    errno = saved;
    if (length <= 0) return 0;
    path[length] = 0;
    return inside(path) && !(length > 10 && strcmp(path + length - 10, " (deleted)") == 0);
}

/* Whether a name is one of ours; made absolute. */
static int named(const char *name, char *path) {
    if (!control) return 0;
    size_t start = 0;
    if (name[0] != '/') {
        long length = syscall(SYS_getcwd, path, PATH_MAX);
        if (length <= 0) return 0;
        start = length - 1;
        path[start++] = '/';
        if (name[0] == '.' && name[1] == '/') name += 2;
    }
    if (start + strlen(name) >= PATH_MAX) return 0;
    strcpy(path + start, name);
    return inside(path);
}

/* --- What fails ------------------------------------------------------------------------------------------------- */

static uint64_t dice(void) {                      /* a linear congruential generator, shared: the seed decides */
    uint64_t state = __atomic_add_fetch(&control->chance, 0x9e3779b97f4a7c15u, __ATOMIC_RELAXED);
    state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
    return state ^ (state >> 27);
}

/* How often the fault has struck with this call; 0 when the call goes well. */
static int strikes(int op, const char *path) {
    if (!__atomic_load_n(&control->armed, __ATOMIC_ACQUIRE) || !(control->ops & op)) return 0;
    if (fnmatch(control->aim, path, 0)) return 0;
    int64_t left = __atomic_fetch_sub(&control->countdown, 1, __ATOMIC_RELAXED);
    if (left > 0 || (left < 0 && !control->forever)) return 0;
    int struck = __atomic_add_fetch(&control->struck, 1, __ATOMIC_RELAXED);
    if (struck == 1) snprintf(control->where, sizeof control->where, "%s", path + width);
    return struck;
}

static int failed(void) {
    errno = control->error;
    return -1;
}

/* --- What is recorded ------------------------------------------------------------------------------------------- */

static uint64_t now(void) { return __atomic_load_n(&control->sequence, __ATOMIC_SEQ_CST); }

/* After a call went well: one record in the file of this process, whole unless the process dies of it. */
static void note(char kind, const char *path, const char *other, struct record record, struct iovec body) {
    static int fd = -1, owner = 0;
    if (!logs) return;
    int saved = errno, self = syscall(SYS_getpid);
    if (owner != self) {                          /* a fork has a file of its own */
        char name[PATH_MAX];
        snprintf(name, sizeof name, "%s/%d", logs, self);
        fd = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (fd < 0) _exit(98);
        owner = self;
    }
    record.kind = kind;
    record.path = strlen(path);
    record.other = strlen(other);
    record.body = body.iov_len;
    record.sequence = __atomic_fetch_add(&control->sequence, 1, __ATOMIC_SEQ_CST);
    struct iovec parts[] = {
        {&record, sizeof record}, {(void *)path, record.path}, {(void *)other, record.other}, body};
    ssize_t whole = sizeof record + record.path + record.other + record.body;
    if (syscall(SYS_writev, fd, parts, 4) != whole) _exit(98); /* a blind run must not pass for a good one */
    errno = saved;
}

static const struct iovec nothing = {"", 0};

static int zeros(const char *data, size_t length) { /* new WAL segments are many of them */
    return length >= 4096 && data[0] == 0 && memcmp(data, data + 1, length - 1) == 0;
}

/* --- Writing ---------------------------------------------------------------------------------------------------- */

static ssize_t pass(int fd, const struct iovec *parts, int count, off_t at) {
    return at < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, at, 0L);
}

/* Every write ends here; `at` is -1 where the file's own position counts. A fault fails it and nothing arrives (FAIL);
 * or it is cut short and says so, and only the next one fails (SHORT); or it fails and a part did arrive (PART). */
static ssize_t put(int fd, const struct iovec *parts, int count, off_t at) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return pass(fd, parts, count, at);
    int struck = strikes(WRITE, path), short_count = struck == 1 && control->manner == SHORT;
    if (struck && !short_count && control->manner != PART) return failed();
    ssize_t done = 0;
    for (int part = 0; part < count; part++) {
        struct iovec one = parts[part];
        if (one.iov_len == 0) continue;
        if (struck) one.iov_len = dice() % one.iov_len;
        if (struck && one.iov_len == 0) one.iov_len = short_count;
        ssize_t got = pass(fd, &one, 1, at < 0 ? at : at + done);
        if (got < 0) return done ? done : got;
        off_t place = at < 0 ? lseek(fd, 0, SEEK_CUR) - got : at + done;
        int empty = zeros(one.iov_base, got);
        struct iovec body = {one.iov_base, empty ? 0 : got};
        note(empty ? 'z' : 'w', path, "", (struct record){.offset = place, .length = got}, body);
        done += got;
        if (struck || (size_t)got < one.iov_len) break;
    }
    return struck && !short_count ? failed() : done;
}

ssize_t write(int fd, const void *data, size_t length) {
    struct iovec one = {(void *)data, length};
    return put(fd, &one, 1, -1);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    struct iovec one = {(void *)data, length};
    return put(fd, &one, 1, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return put(fd, parts, count, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return put(fd, parts, count, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return pwrite(fd, data, length, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return put(fd, parts, count, at); }

static int resize(int fd, off_t length, int keep, char kind, long (*call)(int, off_t, off_t, int), off_t at) {
    char path[PATH_MAX];
    int mine = ours(fd, path);
    if (mine && strikes(SIZE, path)) return failed();
    int done = call(fd, at, length, keep);
    if (mine && done == 0 && !keep) note(kind, path, "", (struct record){.offset = at, .length = length}, nothing);
    return done;
}
static long cut(int fd, off_t at, off_t length, int mode) { return syscall(SYS_ftruncate, fd, at + length + mode); }
static long allot(int fd, off_t at, off_t length, int mode) { return syscall(SYS_fallocate, fd, mode, at, length); }

int ftruncate(int fd, off_t length) { return resize(fd, length, 0, 't', cut, 0); }
int ftruncate64(int fd, off64_t length) { return resize(fd, length, 0, 't', cut, 0); }
int fallocate(int fd, int mode, off_t at, off_t length) { return resize(fd, length, mode, 'a', allot, at); }
int fallocate64(int fd, int mode, off64_t at, off64_t length) { return resize(fd, length, mode, 'a', allot, at); }
int posix_fallocate(int fd, off_t at, off_t length) { return fallocate(fd, 0, at, length) ? errno : 0; }
int posix_fallocate64(int fd, off64_t at, off64_t length) { return fallocate(fd, 0, at, length) ? errno : 0; }

/* --- Syncing ---------------------------------------------------------------------------------------------------- */

/* What was recorded before the call began is on the disk when it went well. When it fails, the kernel gives up what it
 * held of the file and forgets that it was not written: a later sync that succeeds says nothing about it. */
static int synced(int fd, long call) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return syscall(call, fd);
    struct record record = {.mark = now()};
    int struck = strikes(SYNC, path), done = struck ? -1 : syscall(call, fd);
    note(done ? 'x' : 's', path, "", record, nothing);
    return struck ? failed() : done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int sync_file_range(int fd, off64_t at, off64_t length, unsigned flags) { /* promises nothing, and so is no sync */
    char path[PATH_MAX];
    if (ours(fd, path) && strikes(SYNC, path)) {
        note('x', path, "", (struct record){.mark = now()}, nothing);
        return failed();
    }
    return syscall(SYS_sync_file_range, fd, at, length, flags);
}

/* --- Names ------------------------------------------------------------------------------------------------------ */

static int enter(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    int fresh = control && (flags & O_CREAT) && syscall(SYS_faccessat, folder, name, F_OK) != 0;
    int fd = syscall(SYS_openat, folder, name, flags, mode);
    if (fd >= 0 && (fresh || (flags & O_TRUNC)) && ours(fd, path))
        note(fresh ? 'c' : 't', path, "", (struct record){0}, nothing);
    return fd;
}
#define MODE(flags, mode) va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest)

int open(const char *name, int flags, ...) { MODE(flags, mode); return enter(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags, mode); return enter(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags, mode); return enter(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags, mode); return enter(folder, name, flags, mode); }

int unlink(const char *name) {
    char path[PATH_MAX];
    int mine = named(name, path), done = syscall(SYS_unlinkat, AT_FDCWD, name, 0);
    if (mine && done == 0) note('u', path, "", (struct record){0}, nothing);
    return done;
}

int rename(const char *from, const char *to) {
    char old[PATH_MAX], new[PATH_MAX];
    int mine = named(from, old) && named(to, new), done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (mine && done == 0) note('r', old, new, (struct record){0}, nothing);
    return done;
}

int link(const char *from, const char *to) {
    char old[PATH_MAX], new[PATH_MAX];
    int mine = named(from, old) && named(to, new), done = syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (mine && done == 0) note('l', old, new, (struct record){0}, nothing);
    return done;
}
