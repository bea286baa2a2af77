/*
 * Preloaded into a process (LD_PRELOAD), records what it does to files, so that a test can tell which of them had been
 * forced to the disk at a given moment: a page cache survives the end of a process, so killing one cannot show it.
 *
 * MOTRDS_RECORD names the file that the records go to. A record is a line of fields, separated by tabs:
 *
 *     event, thread, device:inode, number, path
 *
 *   create      a directory entry was made (a file, folder or link)
 *   rename      the entry of the path before is now (next line: renamed) the entry of this path
 *   unlink      an entry was removed
 *   write       that many bytes were written; they are not on the disk yet
 *   resize      the file was cut or extended
 *   forcing     a force has begun: fsync, fdatasync; it covers what was recorded before
 *   forced      the force with the same thread and inode has returned with success
 *   msynced     a mapped range was forced
 *   mapped      that many pages of a mapped file differ from what was forced last
 *   unmapped    the same, of a mapping that has just ended
 *   close       a descriptor of the file was closed
 *   mark        the process says where it is: it tried to open MOTRDS_RECORD + ".mark/" + path
 *
 * Stores into mapped memory cannot be seen when they happen. So the pages of each shared writable mapping are hashed,
 * when it is mapped and when it is forced; at a mark, and when it is unmapped, they are compared with that.
 *
 * Real calls are made with syscall(2): nothing here depends on the order in which libraries are loaded. Writes through
 * stdio are not seen (the C library does not call itself through the symbols that are replaced here).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define MAPPINGS 4096

/* ---- records ---- */

static const char *log_path(void) {
    return getenv("MOTRDS_RECORD");
}

static int log_fd(void) {
    static int fd = -1;
    static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&opening);
    if (fd < 0 && log_path() != NULL) {
        int low = syscall(SYS_openat, AT_FDCWD, log_path(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 700); /* out of the way of a program that counts on low ones */
        if (low >= 0) syscall(SYS_close, low);
    }
    pthread_mutex_unlock(&opening);
    return fd;
}

static void record(const char *event, const struct stat *file, long number, const char *path) {
    char line[PATH_MAX + 200];
    int fd = log_fd();
    int length = snprintf(line, sizeof line, "%s\t%ld\t%lx:%lx\t%ld\t%s\n", event, (long) syscall(SYS_gettid),
                          file == NULL ? 0L : (long) file->st_dev, file == NULL ? 0L : (long) file->st_ino, number, path);
    if (fd >= 0 && length > 0 && length < (int) sizeof line && syscall(SYS_write, fd, line, length) != length) abort();
}

/* Whether the descriptor is one of a file or folder with a name; tells which. */
static int describe(int fd, struct stat *file, char *path) {
    char link[64];
    if (fd < 0 || log_path() == NULL || fstat(fd, file) != 0) return 0;
    if (!S_ISREG(file->st_mode) && !S_ISDIR(file->st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0 || path[0] != '/') return 0;
    path[length] = 0;
    return strcmp(path, log_path()) != 0;
}

static void record_fd(const char *event, int fd, long number) {
    struct stat file;
    char path[PATH_MAX];
    int saved = errno;
    if (describe(fd, &file, path)) record(event, &file, number, path);
    errno = saved;
}

static void absolute(int folder, const char *given, char *path) {
    char link[64] = "/proc/self/cwd";
    char base[PATH_MAX / 2] = "";
    if (given[0] != '/') {
        if (folder != AT_FDCWD) snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 2);
        strcpy(base + (length < 0 ? 0 : length), "/");
    }
    snprintf(path, PATH_MAX, "%s%.*s", base, PATH_MAX / 2, given);
}

static void record_path(const char *event, int folder, const char *given) {
    struct stat file;
    char path[PATH_MAX];
    int saved = errno;
    if (log_path() != NULL) {
        absolute(folder, given, path);
        int found = syscall(SYS_newfstatat, folder, given, &file, AT_SYMLINK_NOFOLLOW) == 0;
        record(event, found ? &file : NULL, 0, path);
    }
    errno = saved;
}

/* ---- mapped files ---- */

struct mapping {
    char *from;
    size_t length;
    off_t offset; /* in the file */
    int fd;       /* our own, to read what is in the page cache without touching a page behind the file's end */
    uint64_t *forced;
};

static struct mapping mappings[MAPPINGS];
static pthread_mutex_t mapping_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t hash_page(const struct mapping *mapping, size_t page) {
    unsigned char bytes[PAGE];
    uint64_t hash = 1469598103934665603ULL;
    ssize_t length = syscall(SYS_pread64, mapping->fd, bytes, PAGE, mapping->offset + (off_t) (page * PAGE));
    for (ssize_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 1099511628211ULL;
    return length <= 0 ? 0 : hash; /* behind the end: nothing that could be lost */
}

static size_t pages(const struct mapping *mapping) {
    return (mapping->length + PAGE - 1) / PAGE;
}

static void remember(struct mapping *mapping, size_t from, size_t to) {
    for (size_t page = from; page < to && page < pages(mapping); page++) mapping->forced[page] = hash_page(mapping, page);
}

static void record_changes(const char *event, const struct mapping *mapping) {
    long changed = 0;
    for (size_t page = 0; page < pages(mapping); page++) {
        uint64_t now = hash_page(mapping, page);
        if (now != 0 && now != mapping->forced[page]) changed++;
    }
    if (changed > 0) record_fd(event, mapping->fd, changed);
}

static void add_mapping(void *address, size_t length, int fd, off_t offset) {
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *mapping = &mappings[i];
        if (mapping->from == NULL) {
            mapping->forced = calloc((length + PAGE - 1) / PAGE, sizeof(uint64_t));
            mapping->fd = fcntl(fd, F_DUPFD_CLOEXEC, 700);
            if (mapping->forced == NULL || mapping->fd < 0) abort();
            mapping->from = address;
            mapping->length = length;
            mapping->offset = offset;
            remember(mapping, 0, pages(mapping));
            pthread_mutex_unlock(&mapping_lock);
            return;
        }
    }
    abort(); /* too many mappings to keep count of: better none than a wrong answer */
}

static void remove_mappings(char *from, size_t length) {
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *mapping = &mappings[i];
        if (mapping->from != NULL && mapping->from >= from && mapping->from < from + length) {
            record_changes("unmapped", mapping);
            syscall(SYS_close, mapping->fd);
            free(mapping->forced);
            mapping->from = NULL;
        }
    }
    pthread_mutex_unlock(&mapping_lock);
}

/* What is about to be forced, by address or by file. */
static void remember_range(char *from, size_t length) {
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *mapping = &mappings[i];
        if (mapping->from != NULL && from < mapping->from + mapping->length && from + length > mapping->from) {
            size_t first = from <= mapping->from ? 0 : (from - mapping->from) / PAGE;
            remember(mapping, first, (from + length - mapping->from + PAGE - 1) / PAGE);
        }
    }
    pthread_mutex_unlock(&mapping_lock);
}

static void remember_file(int fd) {
    struct stat file, mapped;
    if (fstat(fd, &file) != 0) return;
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *mapping = &mappings[i];
        if (mapping->from != NULL && fstat(mapping->fd, &mapped) == 0 && mapped.st_ino == file.st_ino
            && mapped.st_dev == file.st_dev) {
            remember(mapping, 0, pages(mapping));
        }
    }
    pthread_mutex_unlock(&mapping_lock);
}

static void record_msynced(char *from) {
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        struct mapping *mapping = &mappings[i];
        if (mapping->from != NULL && from >= mapping->from && from < mapping->from + mapping->length) {
            record_fd("msynced", mapping->fd, 0);
        }
    }
    pthread_mutex_unlock(&mapping_lock);
}

static void mark(const char *text) {
    pthread_mutex_lock(&mapping_lock);
    for (int i = 0; i < MAPPINGS; i++) {
        if (mappings[i].from != NULL) record_changes("mapped", &mappings[i]);
    }
    pthread_mutex_unlock(&mapping_lock);
    record("mark", NULL, 0, text);
}

/* ---- the calls ---- */

static const char *mark_text(const char *path) {
    const char *log = log_path();
    size_t length = log == NULL ? 0 : strlen(log);
    return length > 0 && strncmp(path, log, length) == 0 && strncmp(path + length, ".mark/", 6) == 0
        ? path + length + 6
        : NULL;
}

static int recorded_open(int folder, const char *path, int flags, mode_t mode) {
    const char *text = mark_text(path);
    if (text != NULL) {
        mark(text);
        errno = ENOENT;
        return -1;
    }
    struct stat before;
    int existed = (flags & O_CREAT) == 0 || syscall(SYS_newfstatat, folder, path, &before, 0) == 0;
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && !existed) record_fd("create", fd, 0);
    if (fd >= 0 && existed && (flags & O_TRUNC) != 0) record_fd("resize", fd, 0);
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return recorded_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return recorded_open(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return recorded_open(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags) return recorded_open(folder, path, flags, mode);
}
int creat(const char *path, mode_t mode) { return recorded_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
    record_fd("close", fd, 0);
    return syscall(SYS_close, fd);
}

static ssize_t recorded_write(int fd, ssize_t written) {
    if (written > 0 && (fcntl(fd, F_GETFL) & O_DSYNC) == 0) record_fd("write", fd, written);
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    return recorded_write(fd, syscall(SYS_write, fd, bytes, length));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return recorded_write(fd, syscall(SYS_pwrite64, fd, bytes, length, at));
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return pwrite(fd, bytes, length, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return recorded_write(fd, syscall(SYS_writev, fd, parts, count));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    return recorded_write(fd, syscall(SYS_pwritev, fd, parts, count, at, 0));
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return pwritev(fd, parts, count, at); }
ssize_t sendfile(int to, int from, off_t *at, size_t length) {
    return recorded_write(to, syscall(SYS_sendfile, to, from, at, length));
}
ssize_t sendfile64(int to, int from, off_t *at, size_t length) { return sendfile(to, from, at, length); }
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
    return recorded_write(to, syscall(SYS_copy_file_range, from, from_at, to, to_at, length, flags));
}

static int resized(int fd, int result) {
    if (result == 0) record_fd("resize", fd, 0);
    return result;
}

int ftruncate(int fd, off_t length) { return resized(fd, syscall(SYS_ftruncate, fd, length)); }
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }
int fallocate(int fd, int mode, off_t from, off_t length) {
    return resized(fd, syscall(SYS_fallocate, fd, mode, from, length));
}
int fallocate64(int fd, int mode, off_t from, off_t length) { return fallocate(fd, mode, from, length); }

void *mmap(void *wish, size_t length, int protection, int flags, int fd, off_t offset) {
    void *address = (void *) syscall(SYS_mmap, wish, length, protection, flags, fd, offset);
    int shared = (flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
    if (address != MAP_FAILED && fd >= 0 && shared && (protection & PROT_WRITE) != 0) {
        struct stat file;
        char path[PATH_MAX];
        int saved = errno;
        if (describe(fd, &file, path)) add_mapping(address, length, fd, offset);
        errno = saved;
    }
    return address;
}
void *mmap64(void *wish, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap(wish, length, protection, flags, fd, offset);
}

int munmap(void *address, size_t length) {
    int saved = errno;
    remove_mappings(address, length);
    errno = saved;
    return syscall(SYS_munmap, address, length);
}

int msync(void *address, size_t length, int flags) {
    if (flags & MS_SYNC) remember_range(address, length);
    int result = syscall(SYS_msync, address, length, flags);
    if (result == 0 && (flags & MS_SYNC)) record_msynced(address);
    return result;
}

static int recorded_force(int fd, long call) {
    record_fd("forcing", fd, 0);
    remember_file(fd);
    int result = syscall(call, fd);
    if (result == 0) record_fd("forced", fd, 0);
    return result;
}

int fsync(int fd) { return recorded_force(fd, SYS_fsync); }
int fdatasync(int fd) { return recorded_force(fd, SYS_fdatasync); }

static int recorded_rename(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    char path[PATH_MAX];
    absolute(from_folder, from, path);
    int result = syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (result == 0) {
        record("rename", NULL, 0, path);
        record_path("renamed", to_folder, to);
    }
    return result;
}

int rename(const char *from, const char *to) { return recorded_rename(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return recorded_rename(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    return recorded_rename(from_folder, from, to_folder, to, flags);
}

static int recorded_unlink(int folder, const char *path, int flags) {
    int result = syscall(SYS_unlinkat, folder, path, flags);
    if (result == 0) record_path("unlink", folder, path);
    return result;
}

int unlink(const char *path) { return recorded_unlink(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return recorded_unlink(folder, path, flags); }
int rmdir(const char *path) { return recorded_unlink(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    int result = recorded_unlink(AT_FDCWD, path, 0);
    return result != 0 && errno == EISDIR ? rmdir(path) : result;
}

static int created(int folder, const char *path, int result) {
    if (result == 0) record_path("create", folder, path);
    return result;
}

int mkdir(const char *path, mode_t mode) { return created(AT_FDCWD, path, syscall(SYS_mkdirat, AT_FDCWD, path, mode)); }
int mkdirat(int folder, const char *path, mode_t mode) {
    return created(folder, path, syscall(SYS_mkdirat, folder, path, mode));
}
int link(const char *from, const char *to) {
    return created(AT_FDCWD, to, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int symlink(const char *target, const char *path) {
    return created(AT_FDCWD, path, syscall(SYS_symlinkat, target, AT_FDCWD, path));
}
