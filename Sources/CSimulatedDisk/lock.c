#include "disk.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Locks and shared memory between the connections of one process.

static struct handle *handle_of(sqlite3_file *file) { return (struct handle *)file; }

static enum accord_disk_outcome meet(
    struct handle *handle, enum accord_disk_call call, int64_t offset, int64_t length) {
    return accord_disk_meet(handle->disk, handle->life, call, handle->name, offset, length);
}

// The highest lock of the other handles of a file.
static int lock_of_others(const struct handle *handle) {
    int highest = SQLITE_LOCK_NONE;
    for (const struct handle *other = handle->inode->handles; other; other = other->next) {
        if (other != handle && other->lock > highest) highest = other->lock;
    }
    return highest;
}

static int lock_locked(struct handle *handle, int level) {
    if (meet(handle, ACCORD_DISK_LOCK, level, 0) != ACCORD_DISK_WORKS) {
        return accord_disk_code(ACCORD_DISK_LOCK);
    }
    if (handle->lock >= level) return SQLITE_OK;
    int others = lock_of_others(handle);
    if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && others >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
        handle->lock = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
    }
    handle->lock = level;
    return SQLITE_OK;
}

int accord_file_lock(sqlite3_file *file, int level) {
    pthread_mutex_lock(&accord_disk_mutex);
    int code = lock_locked(handle_of(file), level);
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

int accord_file_unlock(sqlite3_file *file, int level) {
    struct handle *handle = handle_of(file);
    pthread_mutex_lock(&accord_disk_mutex);
    bool works = meet(handle, ACCORD_DISK_UNLOCK, level, 0) == ACCORD_DISK_WORKS;
    if (works && handle->lock > level) handle->lock = level;
    pthread_mutex_unlock(&accord_disk_mutex);
    return works ? SQLITE_OK : accord_disk_code(ACCORD_DISK_UNLOCK);
}

int accord_file_check_reserved_lock(sqlite3_file *file, int *result) {
    struct handle *handle = handle_of(file);
    pthread_mutex_lock(&accord_disk_mutex);
    *result = handle->lock >= SQLITE_LOCK_RESERVED
        || lock_of_others(handle) >= SQLITE_LOCK_RESERVED;
    pthread_mutex_unlock(&accord_disk_mutex);
    return SQLITE_OK;
}

static void add_region(struct inode *inode, int bytes) {
    size_t count = (size_t)inode->region_count + 1;
    inode->regions = accord_disk_grow(inode->regions, count * sizeof *inode->regions);
    inode->regions[inode->region_count] = accord_disk_grow(NULL, (size_t)bytes);
    memset(inode->regions[inode->region_count], 0, (size_t)bytes);
    inode->region_count += 1;
}

int accord_file_map_memory(
    sqlite3_file *file, int region, int bytes, int extend, void volatile **result) {
    struct handle *handle = handle_of(file);
    *result = NULL;
    pthread_mutex_lock(&accord_disk_mutex);
    bool works = meet(handle, ACCORD_DISK_SHARED_MEMORY, region, bytes) == ACCORD_DISK_WORKS;
    if (works) {
        struct inode *inode = handle->inode;
        handle->maps_memory = true;
        inode->region_bytes = bytes;
        while (extend && inode->region_count <= region) add_region(inode, bytes);
        if (region < inode->region_count) *result = inode->regions[region];
    }
    pthread_mutex_unlock(&accord_disk_mutex);
    return works ? SQLITE_OK : accord_disk_code(ACCORD_DISK_SHARED_MEMORY);
}

static int lock_memory_locked(struct handle *handle, int offset, int count, int flags) {
    uint32_t mask = ((1u << count) - 1) << offset;
    if (flags & SQLITE_SHM_UNLOCK) {
        handle->shared_locks &= ~mask;
        handle->exclusive_locks &= ~mask;
        return SQLITE_OK;
    }
    if (meet(handle, ACCORD_DISK_SHARED_LOCK, offset, flags) != ACCORD_DISK_WORKS) {
        return accord_disk_code(ACCORD_DISK_SHARED_LOCK);
    }
    bool is_shared = flags & SQLITE_SHM_SHARED;
    for (const struct handle *other = handle->inode->handles; other; other = other->next) {
        if (other == handle) continue;
        if (other->exclusive_locks & mask) return SQLITE_BUSY;
        if (!is_shared && (other->shared_locks & mask)) return SQLITE_BUSY;
    }
    if (is_shared) {
        handle->shared_locks |= mask;
    } else {
        handle->exclusive_locks |= mask;
    }
    return SQLITE_OK;
}

int accord_file_lock_memory(sqlite3_file *file, int offset, int count, int flags) {
    pthread_mutex_lock(&accord_disk_mutex);
    int code = lock_memory_locked(handle_of(file), offset, count, flags);
    pthread_mutex_unlock(&accord_disk_mutex);
    return code;
}

void accord_file_barrier(sqlite3_file *file) {
    (void)file;
    atomic_thread_fence(memory_order_seq_cst);
}

// Shared memory goes with the last connection, as it does when the last process ends.
static void unmap(struct handle *handle) {
    struct inode *inode = handle->inode;
    handle->shared_locks = handle->exclusive_locks = 0;
    if (!handle->maps_memory) return;
    handle->maps_memory = false;
    for (const struct handle *other = inode->handles; other; other = other->next) {
        if (other->maps_memory) return;
    }
    for (int region = 0; region < inode->region_count; region++) free(inode->regions[region]);
    free(inode->regions);
    inode->regions = NULL;
    inode->region_count = 0;
}

int accord_file_unmap_memory(sqlite3_file *file, int remove) {
    (void)remove;
    pthread_mutex_lock(&accord_disk_mutex);
    unmap(handle_of(file));
    pthread_mutex_unlock(&accord_disk_mutex);
    return SQLITE_OK;
}

void accord_handle_forget(struct handle *handle) {
    unmap(handle);
    handle->lock = SQLITE_LOCK_NONE;
}
