#ifndef ACCORD_DISK_H
#define ACCORD_DISK_H

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "simulated_disk.h"

// The inside of the simulated disk. Everything here is guarded by `accord_disk_mutex`.

enum { NAME_BYTES_MAX = 64, NAMES_MAX = 32, FAULTS_MAX = 16, SHARED_LOCKS = 8, CACHE_PAGE = 4096 };

// What a write or a truncation replaced, so that it can be taken back.
struct undo {
    int64_t offset;
    int64_t length;       // bytes that were written or cut off
    int64_t size_before;  // of the file
    int64_t held;         // bytes of `old`; the rest was beyond the end
    size_t old;           // place in `inode.old`
    bool is_cut;          // the file became shorter: that happens as a whole, or not at all
};

// The content of a file, whatever its name.
struct inode {
    int references;  // names and handles
    uint8_t *bytes;  // as processes see it; zero from `size` to `capacity`
    int64_t size, capacity;
    struct undo *undos;  // of unsynced writes, in order
    size_t undo_count, undo_capacity;
    size_t failed_count;  // the first of them: their sync failed, so no later one covers them
    uint8_t *old;
    size_t old_size, old_capacity;
    struct handle *handles;
    uint8_t **regions;  // shared memory of the processes that run
    int region_count, region_bytes;
};

// An entry of the folder.
struct name {
    char text[NAME_BYTES_MAX];
    struct inode *live, *durable;
};

struct fault {
    uint32_t calls;
    enum accord_disk_outcome outcome;
    uint64_t first, count, seen;
    uint32_t chance;
};

struct accord_disk {
    struct accord_disk *next;
    uint64_t number;
    int references;  // the owner and every handle
    bool is_released, is_off;
    uint64_t life;  // rises with each power-on
    uint64_t random;
    uint32_t sector_bytes;
    uint64_t capacity;
    uint64_t calls[ACCORD_DISK_CALLS];
    uint64_t trace, faults_met;
    struct fault faults[FAULTS_MAX];
    int fault_count;
    struct name names[NAMES_MAX];
    int name_count;
};

// An open file, as SQLite holds it.
struct handle {
    sqlite3_file base;
    struct accord_disk *disk;
    struct inode *inode;
    struct handle *next;  // of the same inode
    uint64_t life;
    int lock;
    uint32_t shared_locks, exclusive_locks;
    bool maps_memory;
    bool syncs_folder;  // with its next sync
    bool is_deleted_on_close;
    char name[NAME_BYTES_MAX];
};

extern pthread_mutex_t accord_disk_mutex;
extern const sqlite3_io_methods accord_disk_methods;

// Memory that is there: a test that has none ends.
void *accord_disk_grow(void *old, size_t bytes);

// The next number of the disk's generator, below `bound`.
uint64_t accord_disk_draw(struct accord_disk *disk, uint64_t bound);

// Counts a call and tells what becomes of it. `life` is the handle's, or the disk's own.
enum accord_disk_outcome accord_disk_meet(
    struct accord_disk *disk, uint64_t life, enum accord_disk_call call, const char *name,
    int64_t offset, int64_t length);

// SQLite's code for a failure of a kind of call.
int accord_disk_code(enum accord_disk_call call);

// The entry of a name; NULL if there is none.
struct name *accord_disk_find(struct accord_disk *disk, const char *name);

// The same, made if need be; NULL if there is no room.
struct name *accord_disk_enter(struct accord_disk *disk, const char *name);

// The disk of a number that was not given up; NULL if there is none.
struct accord_disk *accord_disk_numbered(uint64_t number);

// A handle or the owner needs the disk no longer.
void accord_disk_drop(struct accord_disk *disk);

// Makes every name durable as it is.
void accord_disk_sync_folder(struct accord_disk *disk);

// Removes entries that stand for nothing.
void accord_disk_tidy(struct accord_disk *disk);

struct inode *accord_inode_make(void);
struct inode *accord_inode_retain(struct inode *inode);
void accord_inode_release(struct inode *inode);

// Bytes of all files that a process can name.
uint64_t accord_disk_used(const struct accord_disk *disk);

// Replaces bytes, longer than before if need be, and remembers what was there.
void accord_inode_write(
    struct inode *inode, const uint8_t *bytes, int64_t length, int64_t offset);

// Cuts or extends, and remembers what was there.
void accord_inode_truncate(struct inode *inode, int64_t size);

// What was written is durable.
void accord_inode_sync(struct inode *inode);

// What was written is in the cache and will never be durable by a later sync.
void accord_inode_fail_sync(struct inode *inode, uint32_t sector_bytes);

// Decides what of unsynced writes is there after a crash.
void accord_inode_settle(
    struct accord_disk *disk, struct inode *inode, enum accord_disk_survival survival);

// Another inode with the same content, all durable.
struct inode *accord_inode_copy(const struct inode *inode);

// Gives up what a handle holds of locks and shared memory.
void accord_handle_forget(struct handle *handle);

int accord_file_lock(sqlite3_file *file, int level);
int accord_file_unlock(sqlite3_file *file, int level);
int accord_file_check_reserved_lock(sqlite3_file *file, int *result);
int accord_file_map_memory(
    sqlite3_file *file, int region, int bytes, int extend, void volatile **result);
int accord_file_lock_memory(sqlite3_file *file, int offset, int count, int flags);
void accord_file_barrier(sqlite3_file *file);
int accord_file_unmap_memory(sqlite3_file *file, int remove);

#endif
