#include "disk.h"

#include <stdlib.h>
#include <string.h>

// Disks, their names, their faults, and what a power cut leaves.

pthread_mutex_t accord_disk_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct accord_disk *disks;
static uint64_t numbers;

void *accord_disk_grow(void *old, size_t bytes) {
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

// SplitMix64.
uint64_t accord_disk_draw(struct accord_disk *disk, uint64_t bound) {
    disk->random += 0x9E3779B97F4A7C15;
    uint64_t value = disk->random;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    value ^= value >> 31;
    return bound > 1 ? value % bound : 0;
}

static void note(struct accord_disk *disk, uint64_t value) {
    disk->trace = (disk->trace ^ value) * 0x100000001B3;
    disk->trace ^= disk->trace >> 29;
}

static enum accord_disk_outcome fault_of(
    struct accord_disk *disk, enum accord_disk_call call) {
    enum accord_disk_outcome outcome = ACCORD_DISK_WORKS;
    for (int index = 0; index < disk->fault_count; index++) {
        struct fault *fault = &disk->faults[index];
        if (!(fault->calls & (1u << call))) continue;
        fault->seen += 1;
        if (fault->seen < fault->first) continue;
        if (fault->count > 0 && fault->seen >= fault->first + fault->count) continue;
        if (fault->chance > 0 && accord_disk_draw(disk, 65536) >= fault->chance) continue;
        if (outcome == ACCORD_DISK_WORKS) outcome = fault->outcome;
    }
    return outcome;
}

enum accord_disk_outcome accord_disk_meet(
    struct accord_disk *disk, uint64_t life, enum accord_disk_call call, const char *name,
    int64_t offset, int64_t length) {
    if (disk->is_released || disk->is_off || life != disk->life) return ACCORD_DISK_ERROR;
    disk->calls[call] += 1;
    note(disk, (uint64_t)call);
    for (const char *letter = name; *letter; letter++) note(disk, (uint64_t)*letter);
    note(disk, (uint64_t)offset);
    note(disk, (uint64_t)length);
    enum accord_disk_outcome outcome = fault_of(disk, call);
    if (outcome != ACCORD_DISK_WORKS) disk->faults_met += 1;
    if (outcome == ACCORD_DISK_CRASH) disk->is_off = true;
    return outcome;
}

int accord_disk_code(enum accord_disk_call call) {
    static const int codes[ACCORD_DISK_CALLS] = {
        [ACCORD_DISK_OPEN] = SQLITE_CANTOPEN,
        [ACCORD_DISK_READ] = SQLITE_IOERR_READ,
        [ACCORD_DISK_WRITE] = SQLITE_IOERR_WRITE,
        [ACCORD_DISK_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
        [ACCORD_DISK_SYNC] = SQLITE_IOERR_FSYNC,
        [ACCORD_DISK_SIZE] = SQLITE_IOERR_FSTAT,
        [ACCORD_DISK_LOCK] = SQLITE_IOERR_LOCK,
        [ACCORD_DISK_UNLOCK] = SQLITE_IOERR_UNLOCK,
        [ACCORD_DISK_SHARED_MEMORY] = SQLITE_IOERR_SHMMAP,
        [ACCORD_DISK_SHARED_LOCK] = SQLITE_IOERR_SHMLOCK,
        [ACCORD_DISK_DELETE] = SQLITE_IOERR_DELETE,
        [ACCORD_DISK_ACCESS] = SQLITE_IOERR_ACCESS,
    };
    return codes[call];
}

struct name *accord_disk_find(struct accord_disk *disk, const char *name) {
    for (int index = 0; index < disk->name_count; index++) {
        if (strcmp(disk->names[index].text, name) == 0) return &disk->names[index];
    }
    return NULL;
}

struct name *accord_disk_enter(struct accord_disk *disk, const char *name) {
    struct name *known = accord_disk_find(disk, name);
    if (known) return known;
    if (disk->name_count == NAMES_MAX || strlen(name) >= NAME_BYTES_MAX) return NULL;
    struct name *entry = &disk->names[disk->name_count++];
    memset(entry, 0, sizeof *entry);
    memcpy(entry->text, name, strlen(name) + 1);
    return entry;
}

void accord_disk_tidy(struct accord_disk *disk) {
    int kept = 0;
    for (int index = 0; index < disk->name_count; index++) {
        struct name entry = disk->names[index];
        if (entry.live || entry.durable) disk->names[kept++] = entry;
    }
    disk->name_count = kept;
}

static void set_entry(struct inode **entry, struct inode *inode) {
    accord_inode_retain(inode);
    accord_inode_release(*entry);
    *entry = inode;
}

void accord_disk_sync_folder(struct accord_disk *disk) {
    for (int index = 0; index < disk->name_count; index++) {
        set_entry(&disk->names[index].durable, disk->names[index].live);
    }
    accord_disk_tidy(disk);
}

uint64_t accord_disk_used(const struct accord_disk *disk) {
    uint64_t used = 0;
    for (int index = 0; index < disk->name_count; index++) {
        if (disk->names[index].live) used += (uint64_t)disk->names[index].live->size;
    }
    return used;
}

accord_disk *accord_disk_make(uint64_t seed, uint32_t sector_bytes) {
    struct accord_disk *disk = accord_disk_grow(NULL, sizeof *disk);
    memset(disk, 0, sizeof *disk);
    disk->references = 1;
    disk->random = seed;
    disk->sector_bytes = sector_bytes;
    pthread_mutex_lock(&accord_disk_mutex);
    disk->number = ++numbers;
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&accord_disk_mutex);
    return disk;
}

accord_disk *accord_disk_copy(accord_disk *disk, uint64_t seed, uint32_t sector_bytes) {
    struct accord_disk *copy =
        accord_disk_make(seed, sector_bytes ? sector_bytes : disk->sector_bytes);
    pthread_mutex_lock(&accord_disk_mutex);
    for (int index = 0; index < disk->name_count; index++) {
        const struct name *from = &disk->names[index];
        if (!from->live) continue;
        struct name *to = &copy->names[copy->name_count++];
        memcpy(to->text, from->text, sizeof to->text);
        to->live = accord_inode_copy(from->live);
        to->durable = accord_inode_retain(to->live);
    }
    pthread_mutex_unlock(&accord_disk_mutex);
    return copy;
}

struct accord_disk *accord_disk_numbered(uint64_t number) {
    for (struct accord_disk *disk = disks; disk; disk = disk->next) {
        if (disk->number == number) return disk;
    }
    return NULL;
}

void accord_disk_drop(struct accord_disk *disk) {
    disk->references -= 1;
    if (disk->references == 0) free(disk);
}

void accord_disk_release(accord_disk *disk) {
    pthread_mutex_lock(&accord_disk_mutex);
    struct accord_disk **link = &disks;
    while (*link && *link != disk) link = &(*link)->next;
    if (*link) *link = disk->next;
    for (int index = 0; index < disk->name_count; index++) {
        set_entry(&disk->names[index].live, NULL);
        set_entry(&disk->names[index].durable, NULL);
    }
    disk->name_count = 0;
    disk->is_released = true;
    accord_disk_drop(disk);
    pthread_mutex_unlock(&accord_disk_mutex);
}

// Which inode a name stands for after a crash.
static struct inode *survivor(
    struct accord_disk *disk, const struct name *entry, enum accord_disk_survival survival) {
    switch (survival) {
        case ACCORD_DISK_SYNCED: return entry->durable;
        case ACCORD_DISK_SOME:
            if (entry->live == entry->durable) return entry->live;
            return accord_disk_draw(disk, 2) ? entry->live : entry->durable;
        case ACCORD_DISK_EVERYTHING:
        case ACCORD_DISK_CACHE:
        case ACCORD_DISK_CACHE_WITHOUT_FAILED: return entry->live;
    }
    return entry->live;
}

// Moves content to an inode without handles; those of the old life keep the empty shell.
static struct inode *reborn(struct inode *inode) {
    struct inode *next = accord_inode_make();
    struct inode shell = *inode;
    *next = *inode;
    next->references = 1;
    next->handles = NULL;
    next->regions = NULL;
    next->region_count = 0;
    memset(inode, 0, sizeof *inode);
    inode->references = shell.references;
    inode->handles = shell.handles;
    inode->regions = shell.regions;
    inode->region_count = shell.region_count;
    inode->region_bytes = shell.region_bytes;
    return next;
}

static void settle_name(
    struct accord_disk *disk, struct name *entry, enum accord_disk_survival survival) {
    struct inode *inode = survivor(disk, entry, survival);
    bool keeps_cache = survival == ACCORD_DISK_CACHE || survival == ACCORD_DISK_CACHE_WITHOUT_FAILED;
    struct inode *durable = keeps_cache ? entry->durable : inode;
    if (inode) {
        accord_inode_settle(disk, inode, survival);
        struct inode *next = reborn(inode);
        if (durable == inode) durable = next;
        set_entry(&entry->live, next);
        set_entry(&entry->durable, durable);
        accord_inode_release(next);
    } else {
        set_entry(&entry->live, NULL);
        set_entry(&entry->durable, durable);
    }
}

void accord_disk_power_on(accord_disk *disk, enum accord_disk_survival survival) {
    pthread_mutex_lock(&accord_disk_mutex);
    for (int index = 0; index < disk->name_count; index++) {
        settle_name(disk, &disk->names[index], survival);
    }
    accord_disk_tidy(disk);
    disk->life += 1;
    disk->is_off = false;
    disk->fault_count = 0;
    pthread_mutex_unlock(&accord_disk_mutex);
}
