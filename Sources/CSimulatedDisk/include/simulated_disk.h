#ifndef ACCORD_SIMULATED_DISK_H
#define ACCORD_SIMULATED_DISK_H

#include <stdbool.h>
#include <stdint.h>

// Disks in memory, behind a SQLite VFS that is the default one once it is registered.
//
// A path /simulated-disk/<number>/<name> is a file of disk <number>; every other path goes to the
// VFS that was the default before. What is written becomes durable when it is synced: each file
// remembers what its unsynced writes replaced, so that a power cut can take any of them back, sector
// by sector and in any order. A name becomes durable when its folder is synced, as SQLite does with
// the first sync of a journal. Calls, faults and cuts are counted and drawn per disk from its seed.
//
// Every function may be called from any thread.

typedef struct accord_disk accord_disk;

// Kinds of call. A fault names a set of them: the sum of 1 << kind.
enum accord_disk_call {
    ACCORD_DISK_OPEN,
    ACCORD_DISK_READ,
    ACCORD_DISK_WRITE,
    ACCORD_DISK_TRUNCATE,
    ACCORD_DISK_SYNC,
    ACCORD_DISK_SIZE,
    ACCORD_DISK_LOCK,
    ACCORD_DISK_UNLOCK,
    ACCORD_DISK_SHARED_MEMORY,
    ACCORD_DISK_SHARED_LOCK,
    ACCORD_DISK_DELETE,
    ACCORD_DISK_ACCESS,
    ACCORD_DISK_CALLS
};

// What a fault does to a call. What makes no sense for the kind of call is an error instead.
enum accord_disk_outcome {
    ACCORD_DISK_WORKS,
    // SQLITE_IOERR; of a write any part may have happened. A sync that fails leaves what it was to
    // make durable in the cache, and no later sync tries again, as Linux does.
    ACCORD_DISK_ERROR,
    // SQLITE_FULL; any part of the write may have happened.
    ACCORD_DISK_FULL,
    // A read ends early; the rest is zero.
    ACCORD_DISK_SHORT_READ,
    // One bit of what is read is wrong, this once.
    ACCORD_DISK_CHANGED_BIT,
    // A sync that makes nothing durable and says that it did.
    ACCORD_DISK_LIE,
    // The power goes: the call may have happened or not, and fails like all that follow.
    ACCORD_DISK_CRASH
};

// What a crash leaves.
enum accord_disk_survival {
    // Of every unsynced sector any state since the last sync; of every unsynced name either.
    ACCORD_DISK_SOME,
    // What was synced and nothing else.
    ACCORD_DISK_SYNCED,
    // All that was written.
    ACCORD_DISK_EVERYTHING,
    // Only the process died: all that was written is in the cache, unsynced as before.
    ACCORD_DISK_CACHE,
    // Likewise, but the cache has dropped what a failed sync left in it.
    ACCORD_DISK_CACHE_WITHOUT_FAILED
};

// Makes the VFS the default one. Returns 0, or the code of SQLite.
int accord_disk_register(void);

// A new empty disk with its number and seed; sectors of 512 or 4096 bytes.
accord_disk *accord_disk_make(uint64_t seed, uint32_t sector_bytes);

// A new disk that holds what another one would show now, all of it durable, without faults;
// sectors of 0 bytes stand for those of the other one.
accord_disk *accord_disk_copy(accord_disk *disk, uint64_t seed, uint32_t sector_bytes);

// Gives the disk up; open files fail from now on, and go with their last handle.
void accord_disk_release(accord_disk *disk);

// The number that stands in paths.
uint64_t accord_disk_number(accord_disk *disk);

// Adds a fault: of the calls of these kinds, counted from now on, the `first` one (from 1) and the
// `count` - 1 after it have this outcome; with a count of 0 all after it. If `chance` is not 0, a
// call within that range fails only with this probability, in units of 1/65536.
// Returns false if there are 16 already.
bool accord_disk_fault(
    accord_disk *disk, uint32_t calls, enum accord_disk_outcome outcome, uint64_t first,
    uint64_t count, uint32_t chance);

// Removes every fault.
void accord_disk_heal(accord_disk *disk);

// How many bytes the files may hold together; 0: no bound. Beyond it a write gives SQLITE_FULL.
void accord_disk_set_capacity(accord_disk *disk, uint64_t bytes);

// How many calls of one kind there were.
uint64_t accord_disk_calls(accord_disk *disk, enum accord_disk_call call);

// A number that depends on every call so far, its kind, file, place and length, and nothing else.
uint64_t accord_disk_trace(accord_disk *disk);

// How often a fault happened.
uint64_t accord_disk_faults_met(accord_disk *disk);

// The power goes now: every call fails until it is on again.
void accord_disk_cut(accord_disk *disk);

// Whether the power is off.
bool accord_disk_is_off(accord_disk *disk);

// Ends the life of every open handle, decides what survived, and serves calls again. Faults go.
// The old connections fail for ever and are best closed before.
void accord_disk_power_on(accord_disk *disk, enum accord_disk_survival survival);

// The size of a file as a process sees it, in bytes; -1 if there is none of this name.
int64_t accord_disk_file_size(accord_disk *disk, const char *name);

// Reads from a file past SQLite and without faults; returns how many bytes there were.
int64_t accord_disk_peek(
    accord_disk *disk, const char *name, int64_t offset, uint8_t *bytes, int64_t count);

// Overwrites bytes of a file that is there, at rest: nothing counts it, and it is durable.
// Returns false if the range is not in the file.
bool accord_disk_poke(
    accord_disk *disk, const char *name, int64_t offset, const uint8_t *bytes, int64_t count);

// Removes a file at rest. Returns false if there is none.
bool accord_disk_remove(accord_disk *disk, const char *name);

#endif
