#include "disk.h"

#include <string.h>

// What a test asks of a disk and does to it from outside.

uint64_t accord_disk_number(accord_disk *disk) { return disk->number; }

bool accord_disk_fault(
    accord_disk *disk, uint32_t calls, enum accord_disk_outcome outcome, uint64_t first,
    uint64_t count, uint32_t chance) {
    pthread_mutex_lock(&accord_disk_mutex);
    bool has_room = disk->fault_count < FAULTS_MAX;
    if (has_room) {
        disk->faults[disk->fault_count++] = (struct fault){
            .calls = calls,
            .outcome = outcome,
            .first = first,
            .count = count,
            .chance = chance,
        };
    }
    pthread_mutex_unlock(&accord_disk_mutex);
    return has_room;
}

void accord_disk_heal(accord_disk *disk) {
    pthread_mutex_lock(&accord_disk_mutex);
    disk->fault_count = 0;
    pthread_mutex_unlock(&accord_disk_mutex);
}

void accord_disk_set_capacity(accord_disk *disk, uint64_t bytes) {
    pthread_mutex_lock(&accord_disk_mutex);
    disk->capacity = bytes;
    pthread_mutex_unlock(&accord_disk_mutex);
}

static uint64_t read_number(const uint64_t *number) {
    pthread_mutex_lock(&accord_disk_mutex);
    uint64_t value = *number;
    pthread_mutex_unlock(&accord_disk_mutex);
    return value;
}

uint64_t accord_disk_calls(accord_disk *disk, enum accord_disk_call call) {
    return read_number(&disk->calls[call]);
}

uint64_t accord_disk_trace(accord_disk *disk) { return read_number(&disk->trace); }

uint64_t accord_disk_faults_met(accord_disk *disk) { return read_number(&disk->faults_met); }

void accord_disk_cut(accord_disk *disk) {
    pthread_mutex_lock(&accord_disk_mutex);
    disk->is_off = true;
    pthread_mutex_unlock(&accord_disk_mutex);
}

bool accord_disk_is_off(accord_disk *disk) {
    pthread_mutex_lock(&accord_disk_mutex);
    bool is_off = disk->is_off;
    pthread_mutex_unlock(&accord_disk_mutex);
    return is_off;
}

// The content of a file that processes can name; the mutex is held.
static struct inode *inode_named(accord_disk *disk, const char *name) {
    struct name *entry = accord_disk_find(disk, name);
    return entry ? entry->live : NULL;
}

int64_t accord_disk_file_size(accord_disk *disk, const char *name) {
    pthread_mutex_lock(&accord_disk_mutex);
    const struct inode *inode = inode_named(disk, name);
    int64_t size = inode ? inode->size : -1;
    pthread_mutex_unlock(&accord_disk_mutex);
    return size;
}

int64_t accord_disk_peek(
    accord_disk *disk, const char *name, int64_t offset, uint8_t *bytes, int64_t count) {
    pthread_mutex_lock(&accord_disk_mutex);
    const struct inode *inode = inode_named(disk, name);
    int64_t there = inode && inode->size > offset ? inode->size - offset : 0;
    if (there > count) there = count;
    if (there > 0) memcpy(bytes, inode->bytes + offset, (size_t)there);
    pthread_mutex_unlock(&accord_disk_mutex);
    return there;
}

bool accord_disk_poke(
    accord_disk *disk, const char *name, int64_t offset, const uint8_t *bytes, int64_t count) {
    pthread_mutex_lock(&accord_disk_mutex);
    struct inode *inode = inode_named(disk, name);
    bool is_inside = inode && offset >= 0 && count >= 0 && offset + count <= inode->size;
    if (is_inside && count > 0) memcpy(inode->bytes + offset, bytes, (size_t)count);
    pthread_mutex_unlock(&accord_disk_mutex);
    return is_inside;
}

bool accord_disk_remove(accord_disk *disk, const char *name) {
    pthread_mutex_lock(&accord_disk_mutex);
    struct name *entry = accord_disk_find(disk, name);
    bool is_there = entry && entry->live;
    if (is_there) {
        accord_inode_release(entry->live);
        accord_inode_release(entry->durable);
        entry->live = entry->durable = NULL;
        accord_disk_tidy(disk);
    }
    pthread_mutex_unlock(&accord_disk_mutex);
    return is_there;
}
