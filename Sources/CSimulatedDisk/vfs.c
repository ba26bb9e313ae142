#include "disk.h"

#include <stdlib.h>
#include <string.h>

// The VFS: paths of a simulated disk are answered here, all others by the VFS that was the default.

static const char folder[] = "/simulated-disk/";

static sqlite3_vfs *base;
static sqlite3_vfs vfs;

// Splits a path into disk and name; false if it is none of a disk.
static bool split(const char *path, uint64_t *number, const char **name) {
    if (!path || strncmp(path, folder, sizeof folder - 1) != 0) return false;
    char *end = NULL;
    *number = strtoull(path + sizeof folder - 1, &end, 10);
    *name = *end == '/' ? end + 1 : end;
    return true;
}

// Opens or makes a file; the mutex is held.
static int open_locked(
    struct accord_disk *disk, const char *name, struct handle *handle, int flags) {
    enum accord_disk_outcome outcome =
        accord_disk_meet(disk, disk->life, ACCORD_DISK_OPEN, name, 0, 0);
    bool crashes = outcome == ACCORD_DISK_CRASH;
    if (outcome != ACCORD_DISK_WORKS && !(crashes && accord_disk_draw(disk, 2))) {
        return SQLITE_CANTOPEN;
    }
    bool may_create = flags & SQLITE_OPEN_CREATE;
    struct name *entry = may_create ? accord_disk_enter(disk, name) : accord_disk_find(disk, name);
    if (!entry || (!entry->live && !may_create)) return SQLITE_CANTOPEN;
    if (entry->live && (flags & SQLITE_OPEN_EXCLUSIVE) && may_create) return SQLITE_CANTOPEN;
    if (!entry->live) entry->live = accord_inode_make();
    if (crashes) return SQLITE_CANTOPEN;
    handle->disk = disk;
    disk->references += 1;
    handle->inode = accord_inode_retain(entry->live);
    handle->next = handle->inode->handles;
    handle->inode->handles = handle;
    handle->life = disk->life;
    handle->is_deleted_on_close = flags & SQLITE_OPEN_DELETEONCLOSE;
    int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    handle->syncs_folder = may_create && (flags & journals);
    memcpy(handle->name, entry->text, sizeof handle->name);
    handle->base.pMethods = &accord_disk_methods;
    return SQLITE_OK;
}

static int vfs_open(
    sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags, int *flags_out) {
    (void)self;
    uint64_t number;
    const char *name;
    if (!split(path, &number, &name)) return base->xOpen(base, path, file, flags, flags_out);
    struct handle *handle = (struct handle *)file;
    memset(handle, 0, sizeof *handle);
    pthread_mutex_lock(&accord_disk_mutex);
    struct accord_disk *disk = accord_disk_numbered(number);
    int code = disk ? open_locked(disk, name, handle, flags) : SQLITE_CANTOPEN;
    pthread_mutex_unlock(&accord_disk_mutex);
    if (code == SQLITE_OK && flags_out) *flags_out = flags;
    return code;
}

static int delete_locked(struct accord_disk *disk, const char *name, bool syncs_folder) {
    enum accord_disk_outcome outcome =
        accord_disk_meet(disk, disk->life, ACCORD_DISK_DELETE, name, 0, 0);
    bool crashes = outcome == ACCORD_DISK_CRASH;
    if (outcome != ACCORD_DISK_WORKS && !(crashes && accord_disk_draw(disk, 2))) {
        return SQLITE_IOERR_DELETE;
    }
    struct name *entry = accord_disk_find(disk, name);
    if (!entry || !entry->live) return SQLITE_IOERR_DELETE_NOENT;
    accord_inode_release(entry->live);
    entry->live = NULL;
    if (crashes) return SQLITE_IOERR_DELETE;
    if (syncs_folder) accord_disk_sync_folder(disk);
    accord_disk_tidy(disk);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *self, const char *path, int syncs_folder) {
    (void)self;
    uint64_t number;
    const char *name;
    if (!split(path, &number, &name)) return base->xDelete(base, path, syncs_folder);
    pthread_mutex_lock(&accord_disk_mutex);
    struct accord_disk *disk = accord_disk_numbered(number);
    int code = disk ? delete_locked(disk, name, syncs_folder) : SQLITE_IOERR_DELETE;
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

static int access_locked(struct accord_disk *disk, const char *name, int flags, int *result) {
    if (accord_disk_meet(disk, disk->life, ACCORD_DISK_ACCESS, name, flags, 0)
        != ACCORD_DISK_WORKS) {
        return SQLITE_IOERR_ACCESS;
    }
    // As on Unix, a file without content counts as none.
    const struct name *entry = accord_disk_find(disk, name);
    bool is_there = entry && entry->live;
    *result = is_there && (flags != SQLITE_ACCESS_EXISTS || entry->live->size > 0);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *self, const char *path, int flags, int *result) {
    (void)self;
    uint64_t number;
    const char *name;
    if (!split(path, &number, &name)) return base->xAccess(base, path, flags, result);
    *result = 0;
    pthread_mutex_lock(&accord_disk_mutex);
    struct accord_disk *disk = accord_disk_numbered(number);
    int code = disk ? access_locked(disk, name, flags, result) : SQLITE_IOERR_ACCESS;
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

static int vfs_full_path(sqlite3_vfs *self, const char *path, int bytes_max, char *full) {
    (void)self;
    uint64_t number;
    const char *name;
    if (!split(path, &number, &name)) return base->xFullPathname(base, path, bytes_max, full);
    size_t length = strlen(path);
    if (length >= (size_t)bytes_max) return SQLITE_CANTOPEN;
    memcpy(full, path, length + 1);
    return SQLITE_OK;
}

// The rest is the other VFS's, which must see itself.
static void *vfs_library(sqlite3_vfs *self, const char *path) {
    (void)self;
    return base->xDlOpen(base, path);
}

static void vfs_library_error(sqlite3_vfs *self, int bytes, char *message) {
    (void)self;
    base->xDlError(base, bytes, message);
}

static void (*vfs_symbol(sqlite3_vfs *self, void *library, const char *symbol))(void) {
    (void)self;
    return base->xDlSym(base, library, symbol);
}

static void vfs_close_library(sqlite3_vfs *self, void *library) {
    (void)self;
    base->xDlClose(base, library);
}

static int vfs_randomness(sqlite3_vfs *self, int bytes, char *result) {
    (void)self;
    return base->xRandomness(base, bytes, result);
}

static int vfs_sleep(sqlite3_vfs *self, int microseconds) {
    (void)self;
    return base->xSleep(base, microseconds);
}

static int vfs_time(sqlite3_vfs *self, double *now) {
    (void)self;
    return base->xCurrentTime(base, now);
}

static int vfs_last_error(sqlite3_vfs *self, int bytes, char *message) {
    (void)self;
    return base->xGetLastError ? base->xGetLastError(base, bytes, message) : 0;
}

static int vfs_exact_time(sqlite3_vfs *self, sqlite3_int64 *now) {
    (void)self;
    return base->xCurrentTimeInt64(base, now);
}

int accord_disk_register(void) {
    pthread_mutex_lock(&accord_disk_mutex);
    if (base) {
        pthread_mutex_unlock(&accord_disk_mutex);
        return SQLITE_OK;
    }
    base = sqlite3_vfs_find(NULL);
    size_t file_bytes = sizeof(struct handle);
    if ((size_t)base->szOsFile > file_bytes) file_bytes = (size_t)base->szOsFile;
    vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)file_bytes,
        .mxPathname = base->mxPathname,
        .zName = "simulated-disk",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xDlOpen = vfs_library,
        .xDlError = vfs_library_error,
        .xDlSym = vfs_symbol,
        .xDlClose = vfs_close_library,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_exact_time,
    };
    pthread_mutex_unlock(&accord_disk_mutex);
    return sqlite3_vfs_register(&vfs, 1);
}
