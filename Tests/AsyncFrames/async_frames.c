/*
 * Watches the frames of asynchronous functions: as a library that is loaded before the Swift
 * runtime, or, compiled with LINKED, in a program whose linker wraps the three calls.
 *
 * The compiler computes how large such a frame is, and the task's allocator packs frames without a
 * gap. Swift 6.3 sometimes computes 16 bytes too few: the function then writes into whatever lies
 * behind, which shows as a damaged heap, elsewhere and later, or not at all. Here every frame has
 * a guard behind it, which is looked at when the frame is given back. What was overrun is written to
 * the file that FRAME_REPORT names, a line each: program, offset of the allocating call, sizes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { guard_bytes = 128, guard_byte = 0xC7 };

/* Stands before each frame; a multiple of the 16 bytes to which frames are aligned. */
struct frame {
    uint64_t mark;
    uint64_t size;
    void *caller;
    uint64_t unused;
};

static const uint64_t frame_mark = 0x61726672656d6573;

#ifdef LINKED

void *__real_swift_task_alloc(size_t size);
void __real_swift_task_dealloc(void *frame);
void __real_swift_task_dealloc_through(void *frame);

#define allocate __real_swift_task_alloc
#define release __real_swift_task_dealloc
#define release_through __real_swift_task_dealloc_through
#define swift_task_alloc __wrap_swift_task_alloc
#define swift_task_dealloc __wrap_swift_task_dealloc
#define swift_task_dealloc_through __wrap_swift_task_dealloc_through

#else

static void *(*allocate)(size_t size);
static void (*release)(void *frame);
static void (*release_through)(void *frame);

__attribute__((constructor)) static void find_runtime(void) {
    allocate = dlsym(RTLD_NEXT, "swift_task_alloc");
    release = dlsym(RTLD_NEXT, "swift_task_dealloc");
    release_through = dlsym(RTLD_NEXT, "swift_task_dealloc_through");
}

#endif

static void report(const struct frame *frame, int overrun) {
    const char *path = getenv("FRAME_REPORT");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : STDERR_FILENO;
    Dl_info place = {0};
    char line[4096];
    dladdr(frame->caller, &place);
    int length = snprintf(
        line, sizeof line, "%s 0x%zx wrote %d bytes behind a frame of %llu\n",
        place.dli_fname ? place.dli_fname : "?",
        (size_t)((char *)frame->caller - (char *)place.dli_fbase), overrun,
        (unsigned long long)frame->size);
    if (file < 0 || length < 0 || write(file, line, (size_t)length) != length) abort();
    if (path) close(file);
}

/* What the runtime gave out, once the guard behind it has been looked at. */
static void *original(void *memory) {
    struct frame *frame = (struct frame *)memory - 1;
    if (frame->mark != frame_mark) return memory;
    const unsigned char *guard = (const unsigned char *)memory + frame->size;
    int overrun = guard_bytes;
    while (overrun > 0 && guard[overrun - 1] == guard_byte) overrun--;
    if (overrun > 0) report(frame, overrun);
    frame->mark = 0;
    return frame;
}

void *swift_task_alloc(size_t size) {
    struct frame *frame = allocate(sizeof *frame + size + guard_bytes);
    frame->mark = frame_mark;
    frame->size = size;
    frame->caller = __builtin_return_address(0);
    memset((char *)(frame + 1) + size, guard_byte, guard_bytes);
    return frame + 1;
}

void swift_task_dealloc(void *memory) { release(original(memory)); }

void swift_task_dealloc_through(void *memory) { release_through(original(memory)); }
