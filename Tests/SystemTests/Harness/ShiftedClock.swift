import Foundation

/// A wall clock of its own for a daemon: a preload that shifts CLOCK_REALTIME and nothing else, by
/// seconds that a file names and that may change at any time.
final class ShiftedClock: Sendable {
    private let preload: Preload
    private let file: String

    /// Compiles the preload.
    init(in folder: TemporaryFolder, for label: String) async throws {
        preload = try await Preload(Self.source, in: folder, named: "\(label)-clock")
        file = try folder.write(Data(count: 8), to: "\(label)-clock/seconds")
    }

    /// What the daemon's environment needs.
    var settings: [String: String] { ["LD_PRELOAD": preload.library, "CLOCK_SHIFT_FILE": file] }

    /// Shifts the clock, also of a daemon that runs; negative is back.
    func shift(by seconds: Int64) throws {
        // In place, since the daemon has mapped the file.
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try withUnsafeBytes(of: seconds) { try handle.write(contentsOf: Data($0)) }
        try handle.close()
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile const int64_t *shift;

        __attribute__((constructor)) static void start(void) {
            const char *path = getenv("CLOCK_SHIFT_FILE");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *map = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
            close(file);
            if (map != MAP_FAILED) shift = map;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int code = syscall(SYS_clock_gettime, clock, time);
            if (code == 0 && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                time->tv_sec += *shift;
            return code;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }
        """
}
