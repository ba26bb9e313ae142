#include "disk.h"

#include <string.h>

// The calls of an open file.

static struct handle *handle_of(sqlite3_file *file) { return (struct handle *)file; }

static enum accord_disk_outcome meet(
    struct handle *handle, enum accord_disk_call call, int64_t offset, int64_t length) {
    return accord_disk_meet(handle->disk, handle->life, call, handle->name, offset, length);
}

static int file_close(sqlite3_file *file) {
    struct handle *handle = handle_of(file);
    pthread_mutex_lock(&accord_disk_mutex);
    struct accord_disk *disk = handle->disk;
    accord_handle_forget(handle);
    struct handle **link = &handle->inode->handles;
    while (*link != handle) link = &(*link)->next;
    *link = handle->next;
    if (handle->is_deleted_on_close && handle->life == disk->life && !disk->is_off) {
        struct name *entry = accord_disk_find(disk, handle->name);
        if (entry && entry->live == handle->inode) {
            entry->live = NULL;
            accord_inode_release(handle->inode);
            accord_disk_tidy(disk);
        }
    }
    accord_inode_release(handle->inode);
    accord_disk_drop(disk);
    pthread_mutex_unlock(&accord_disk_mutex);
    handle->base.pMethods = NULL;
    return SQLITE_OK;
}

static int read_locked(struct handle *handle, uint8_t *bytes, int count, int64_t offset) {
    enum accord_disk_outcome outcome = meet(handle, ACCORD_DISK_READ, offset, count);
    if (outcome != ACCORD_DISK_WORKS && outcome != ACCORD_DISK_SHORT_READ
        && outcome != ACCORD_DISK_CHANGED_BIT) {
        return accord_disk_code(ACCORD_DISK_READ);
    }
    int64_t there = handle->inode->size - offset;
    if (there < 0) there = 0;
    if (there > count) there = count;
    if (outcome == ACCORD_DISK_SHORT_READ && there > 0) {
        there = (int64_t)accord_disk_draw(handle->disk, (uint64_t)there);
    }
    if (there > 0) memcpy(bytes, handle->inode->bytes + offset, (size_t)there);
    if (outcome == ACCORD_DISK_CHANGED_BIT && there > 0) {
        uint64_t bit = accord_disk_draw(handle->disk, (uint64_t)there * 8);
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    if (there == count) return SQLITE_OK;
    memset(bytes + there, 0, (size_t)(count - there));
    return SQLITE_IOERR_SHORT_READ;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    pthread_mutex_lock(&accord_disk_mutex);
    int code = read_locked(handle_of(file), bytes, count, offset);
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

static bool has_room(const struct handle *handle, int64_t end) {
    const struct accord_disk *disk = handle->disk;
    int64_t more = end - handle->inode->size;
    return disk->capacity == 0 || more <= 0
        || accord_disk_used(disk) + (uint64_t)more <= disk->capacity;
}

static int write_locked(
    struct handle *handle, const uint8_t *bytes, int count, int64_t offset) {
    enum accord_disk_outcome outcome = meet(handle, ACCORD_DISK_WRITE, offset, count);
    if (outcome == ACCORD_DISK_WORKS && !has_room(handle, offset + count)) {
        handle->disk->faults_met += 1;
        outcome = ACCORD_DISK_FULL;
    }
    if (outcome == ACCORD_DISK_WORKS) {
        accord_inode_write(handle->inode, bytes, count, offset);
        return SQLITE_OK;
    }
    if (handle->life == handle->disk->life && !handle->disk->is_released
        && (!handle->disk->is_off || outcome == ACCORD_DISK_CRASH)) {
        // Blocks of 512 bytes, from none to all but the last: who has room for all is not full.
        int64_t done = (int64_t)accord_disk_draw(handle->disk, (uint64_t)(count + 511) / 512) * 512;
        if (outcome == ACCORD_DISK_CRASH && accord_disk_draw(handle->disk, 2)) done = count;
        if (done > 0 && has_room(handle, offset + done)) {
            accord_inode_write(handle->inode, bytes, done, offset);
        }
    }
    return outcome == ACCORD_DISK_FULL ? SQLITE_FULL : accord_disk_code(ACCORD_DISK_WRITE);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    pthread_mutex_lock(&accord_disk_mutex);
    int code = write_locked(handle_of(file), bytes, count, offset);
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    struct handle *handle = handle_of(file);
    pthread_mutex_lock(&accord_disk_mutex);
    enum accord_disk_outcome outcome = meet(handle, ACCORD_DISK_TRUNCATE, size, 0);
    bool happens = outcome == ACCORD_DISK_WORKS
        || (outcome == ACCORD_DISK_CRASH && accord_disk_draw(handle->disk, 2));
    if (happens) accord_inode_truncate(handle->inode, size);
    pthread_mutex_unlock(&accord_disk_mutex);
    return outcome == ACCORD_DISK_WORKS ? SQLITE_OK : accord_disk_code(ACCORD_DISK_TRUNCATE);
}

static int sync_locked(struct handle *handle) {
    enum accord_disk_outcome outcome = meet(handle, ACCORD_DISK_SYNC, 0, 0);
    switch (outcome) {
        case ACCORD_DISK_LIE:
            handle->syncs_folder = false;
            return SQLITE_OK;
        case ACCORD_DISK_WORKS: break;
        case ACCORD_DISK_CRASH:
            if (accord_disk_draw(handle->disk, 2)) break;
            return SQLITE_IOERR_FSYNC;
        default:
            if (handle->life == handle->disk->life && !handle->disk->is_off) {
                accord_inode_fail_sync(handle->inode, handle->disk->sector_bytes);
            }
            return SQLITE_IOERR_FSYNC;
    }
    accord_inode_sync(handle->inode);
    if (handle->syncs_folder) {
        accord_disk_sync_folder(handle->disk);
        handle->syncs_folder = false;
    }
    return outcome == ACCORD_DISK_WORKS ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int file_sync(sqlite3_file *file, int flags) {
    (void)flags;
    pthread_mutex_lock(&accord_disk_mutex);
    int code = sync_locked(handle_of(file));
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    struct handle *handle = handle_of(file);
    pthread_mutex_lock(&accord_disk_mutex);
    bool works = meet(handle, ACCORD_DISK_SIZE, 0, 0) == ACCORD_DISK_WORKS;
    *size = works ? handle->inode->size : 0;
    pthread_mutex_unlock(&accord_disk_mutex);
    return works ? SQLITE_OK : accord_disk_code(ACCORD_DISK_SIZE);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    (void)file;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file) {
    (void)file;
    return 4096;
}

// As SQLite assumes of a Unix file: what is not written in a sector stays as it was.
static int characteristics(sqlite3_file *file) {
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods accord_disk_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = accord_file_lock,
    .xUnlock = accord_file_unlock,
    .xCheckReservedLock = accord_file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = accord_file_map_memory,
    .xShmLock = accord_file_lock_memory,
    .xShmBarrier = accord_file_barrier,
    .xShmUnmap = accord_file_unmap_memory,
};
