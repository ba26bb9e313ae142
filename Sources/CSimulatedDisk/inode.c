#include "disk.h"

#include <stdlib.h>
#include <string.h>

// The content of a file: what processes see, and how to take unsynced writes back.

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

struct inode *accord_inode_make(void) {
    struct inode *inode = accord_disk_grow(NULL, sizeof *inode);
    memset(inode, 0, sizeof *inode);
    inode->references = 1;
    return inode;
}

struct inode *accord_inode_retain(struct inode *inode) {
    if (inode) inode->references += 1;
    return inode;
}

void accord_inode_release(struct inode *inode) {
    if (!inode) return;
    inode->references -= 1;
    if (inode->references > 0) return;
    for (int region = 0; region < inode->region_count; region++) free(inode->regions[region]);
    free(inode->regions);
    free(inode->bytes);
    free(inode->undos);
    free(inode->old);
    free(inode);
}

// Makes room for `size` bytes, zero beyond the end.
static void reserve(struct inode *inode, int64_t size) {
    if (size <= inode->capacity) return;
    int64_t capacity = larger(size, larger(inode->capacity * 2, 65536));
    inode->bytes = accord_disk_grow(inode->bytes, (size_t)capacity);
    memset(inode->bytes + inode->capacity, 0, (size_t)(capacity - inode->capacity));
    inode->capacity = capacity;
}

static void remember(struct inode *inode, int64_t offset, int64_t length) {
    if (inode->undo_count == inode->undo_capacity) {
        inode->undo_capacity = inode->undo_capacity ? inode->undo_capacity * 2 : 32;
        inode->undos =
            accord_disk_grow(inode->undos, inode->undo_capacity * sizeof *inode->undos);
    }
    int64_t held = larger(0, smaller(length, inode->size - offset));
    if (inode->old_size + (size_t)held > inode->old_capacity) {
        inode->old_capacity = (inode->old_size + (size_t)held) * 2;
        inode->old = accord_disk_grow(inode->old, inode->old_capacity);
    }
    if (held > 0) memcpy(inode->old + inode->old_size, inode->bytes + offset, (size_t)held);
    inode->undos[inode->undo_count] = (struct undo){
        .offset = offset,
        .length = length,
        .size_before = inode->size,
        .held = held,
        .old = inode->old_size,
    };
    inode->undo_count += 1;
    inode->old_size += (size_t)held;
}

void accord_inode_write(
    struct inode *inode, const uint8_t *bytes, int64_t length, int64_t offset) {
    if (length <= 0) return;
    remember(inode, offset, length);
    reserve(inode, offset + length);
    memcpy(inode->bytes + offset, bytes, (size_t)length);
    inode->size = larger(inode->size, offset + length);
}

void accord_inode_truncate(struct inode *inode, int64_t size) {
    if (size == inode->size) return;
    remember(inode, smaller(size, inode->size), larger(0, inode->size - size));
    inode->undos[inode->undo_count - 1].is_cut = size < inode->size;
    reserve(inode, size);
    if (size < inode->size) memset(inode->bytes + size, 0, (size_t)(inode->size - size));
    inode->size = size;
}

// Whether a write since the failed syncs touched the same page of the cache.
static bool is_written_again(const struct inode *inode, const struct undo *piece) {
    int64_t start = piece->offset / CACHE_PAGE * CACHE_PAGE;
    for (size_t index = inode->failed_count; index < inode->undo_count; index++) {
        const struct undo *later = &inode->undos[index];
        if (later->offset < start + CACHE_PAGE && later->offset + later->length > start) {
            return true;
        }
    }
    return false;
}

void accord_inode_sync(struct inode *inode) {
    size_t kept = 0;
    for (size_t index = 0; index < inode->failed_count; index++) {
        struct undo piece = inode->undos[index];
        if (is_written_again(inode, &piece)) continue;
        piece.size_before = inode->size;
        inode->undos[kept++] = piece;
    }
    inode->failed_count = kept;
    inode->undo_count = kept;
    if (kept == 0) inode->old_size = 0;
}

void accord_inode_fail_sync(struct inode *inode, uint32_t sector_bytes) {
    size_t count = inode->undo_count;
    struct undo *undos = inode->undos;
    inode->undos = NULL;
    inode->undo_count = inode->undo_capacity = 0;
    int64_t sector = sector_bytes;
    for (size_t index = 0; index < count; index++) {
        struct undo whole = undos[index];
        if (whole.is_cut) continue;
        int64_t at = whole.offset, end = whole.offset + whole.length;
        // A piece for each sector: a later write makes some of them durable after all.
        do {
            int64_t next = smaller(end, (at / sector + 1) * sector);
            size_t total = inode->undo_count + 1;
            if (total > inode->undo_capacity) {
                inode->undo_capacity = total * 2;
                inode->undos = accord_disk_grow(
                    inode->undos, inode->undo_capacity * sizeof *inode->undos);
            }
            int64_t skipped = at - whole.offset;
            inode->undos[inode->undo_count++] = (struct undo){
                .offset = at,
                .length = next - at,
                .size_before = whole.size_before,
                .held = larger(0, smaller(next - at, whole.held - skipped)),
                .old = whole.old + (size_t)smaller(skipped, whole.held),
            };
            at = next;
        } while (at < end);
    }
    free(undos);
    inode->failed_count = inode->undo_count;
}

// Takes back the part of a write that lies in `start..<end`.
static void take_back(
    struct inode *inode, const struct undo *undo, int64_t start, int64_t end) {
    int64_t from = larger(start, undo->offset);
    int64_t to = smaller(end, undo->offset + undo->length);
    int64_t held = smaller(to, undo->offset + undo->held);
    if (from < held) {
        memcpy(
            inode->bytes + from, inode->old + undo->old + (from - undo->offset),
            (size_t)(held - from));
    }
    held = larger(from, held);
    if (held < to) memset(inode->bytes + held, 0, (size_t)(to - held));
}

// Takes back all that was written from number `first` on.
static void take_back_from(struct inode *inode, size_t first) {
    for (size_t index = inode->undo_count; index > first; index--) {
        const struct undo *undo = &inode->undos[index - 1];
        take_back(inode, undo, undo->offset, undo->offset + undo->length);
    }
    if (first < inode->undo_count) inode->size = inode->undos[first].size_before;
    inode->undo_count = first;
}

// Loses some cuts, each with everything after it; gives the number of writes up to the last cut
// that stays.
static size_t lose_cuts(struct accord_disk *disk, struct inode *inode) {
    size_t settled = 0;
    for (size_t index = 0; index < inode->undo_count; index++) {
        if (!inode->undos[index].is_cut) continue;
        if (accord_disk_draw(disk, 2)) {
            take_back_from(inode, index);
        } else {
            settled = index + 1;
        }
    }
    return settled;
}

// Gives each sector one of the states it had since the last sync, or since a cut that stays.
static void mix(
    struct accord_disk *disk, struct inode *inode, int64_t extent, size_t settled) {
    int64_t sector = disk->sector_bytes;
    size_t sectors = (size_t)((extent + sector - 1) / sector);
    uint32_t *left = accord_disk_grow(NULL, (sectors + 1) * sizeof *left);
    memset(left, 0, (sectors + 1) * sizeof *left);
    for (size_t index = settled; index < inode->undo_count; index++) {
        const struct undo *undo = &inode->undos[index];
        for (int64_t at = undo->offset / sector; at * sector < undo->offset + undo->length; at++) {
            left[at] += 1;
        }
    }
    // Some crashes lose nearly all, some nearly nothing.
    uint64_t lost_of_ten = (uint64_t[]){1, 5, 9}[accord_disk_draw(disk, 3)];
    for (size_t at = 0; at < sectors; at++) {
        if (left[at] == 0) continue;
        bool is_lost = accord_disk_draw(disk, 10) < lost_of_ten;
        left[at] = is_lost ? 1 + (uint32_t)accord_disk_draw(disk, left[at]) : 0;
    }
    for (size_t index = inode->undo_count; index > settled; index--) {
        const struct undo *undo = &inode->undos[index - 1];
        for (int64_t at = undo->offset / sector; at * sector < undo->offset + undo->length; at++) {
            if (left[at] == 0) continue;
            left[at] -= 1;
            take_back(inode, undo, at * sector, (at + 1) * sector);
        }
    }
    free(left);
}

static void set_size(struct inode *inode, int64_t size) {
    reserve(inode, size);
    memset(inode->bytes + size, 0, (size_t)(inode->capacity - size));
    inode->size = size;
}

static void forget_undos(struct inode *inode) {
    inode->undo_count = 0;
    inode->failed_count = 0;
    inode->old_size = 0;
}

// The process died and the kernel dropped the pages whose sync failed; the rest is as it was.
static void drop_failed(struct inode *inode) {
    for (size_t index = inode->failed_count; index > 0; index--) {
        const struct undo *piece = &inode->undos[index - 1];
        if (is_written_again(inode, piece)) continue;
        take_back(inode, piece, piece->offset, piece->offset + piece->length);
    }
    if (inode->failed_count == inode->undo_count) forget_undos(inode);
}

void accord_inode_settle(
    struct accord_disk *disk, struct inode *inode, enum accord_disk_survival survival) {
    if (survival == ACCORD_DISK_CACHE || inode->undo_count == 0) return;
    int64_t extent = inode->size;
    for (size_t index = 0; index < inode->undo_count; index++) {
        const struct undo *undo = &inode->undos[index];
        extent = larger(extent, larger(undo->size_before, undo->offset + undo->length));
    }
    reserve(inode, extent);
    if (survival == ACCORD_DISK_CACHE_WITHOUT_FAILED) {
        drop_failed(inode);
        set_size(inode, inode->size);
        return;
    }
    if (survival == ACCORD_DISK_SYNCED) {
        take_back_from(inode, 0);
    } else if (survival == ACCORD_DISK_SOME) {
        size_t settled = lose_cuts(disk, inode);
        uint64_t choice = settled + accord_disk_draw(disk, 2 * (inode->undo_count - settled));
        if (choice < inode->undo_count) inode->size = inode->undos[choice].size_before;
        mix(disk, inode, extent, settled);
    }
    set_size(inode, inode->size);
    forget_undos(inode);
}

struct inode *accord_inode_copy(const struct inode *inode) {
    struct inode *copy = accord_inode_make();
    reserve(copy, inode->size);
    if (inode->size > 0) memcpy(copy->bytes, inode->bytes, (size_t)inode->size);
    copy->size = inode->size;
    return copy;
}
