import Foundation

/// What a preload does to the calls by which a daemon writes files below a folder: kills it at one
/// of them, lets it fail, or cuts it short. The plan may change while the daemon runs.
final class FaultPlan {
    /// Kinds of call.
    struct Calls: OptionSet {
        let rawValue: Int64

        /// fsync and fdatasync.
        static let sync = Calls(rawValue: 1)
        /// write and pwrite.
        static let write = Calls(rawValue: 2)
        /// ftruncate.
        static let resize = Calls(rawValue: 4)
        /// rename.
        static let rename = Calls(rawValue: 8)
        static let all: Calls = [.sync, .write, .resize, .rename]
    }

    /// What happens to a call.
    enum Action: Equatable {
        /// The process is killed, and the call not made.
        case killBefore
        /// The call is made, and nothing after it.
        case killAfter
        /// The call is not made; errno.
        case fail(Int32)
        /// Half of the bytes are written, and the call says so.
        case short
    }

    private let preload: Preload
    private let folder: String
    private let file: String

    /// Compiles the preload; nothing happens to any call yet.
    ///
    /// - Parameter path: files below it are meant.
    init(below path: String, in folder: TemporaryFolder, for label: String) async throws {
        preload = try await Preload(Self.source, in: folder, named: "\(label)-faults")
        self.folder = path
        file = try folder.write(Data(count: 7 * 8), to: "\(label)-faults/plan")
    }

    /// A plan for each of several sites in a folder, for everything that they keep.
    static func plans(
        for labels: [String], in folder: TemporaryFolder
    ) async throws -> [String: FaultPlan] {
        var plans: [String: FaultPlan] = [:]
        for label in labels {
            plans[label] = try await FaultPlan(
                below: folder.path + "/\(label)/", in: folder, for: label)
        }
        return plans
    }

    /// What the environment of the process needs.
    var settings: [String: String] {
        ["LD_PRELOAD": preload.library, "FAULT_PLAN": file, "FAULT_FOLDER": folder]
    }

    /// Does something to the calls of the given numbers, counted from now on, beginning with 1.
    func arm(_ action: Action, at numbers: ClosedRange<Int>, of calls: Calls) throws {
        let (code, errno): (Int64, Int64) =
            switch action {
            case .killBefore: (1, 0)
            case .killAfter: (2, 0)
            case .fail(let code): (3, Int64(code))
            case .short: (4, 0)
            }
        // First no fault at all: the numbers change one by one.
        try disarm()
        try write([calls.rawValue, 0, Int64(numbers.upperBound), code, errno, 0, 0])
        try write([Int64(numbers.lowerBound)], at: 8)
    }

    /// Only counts the calls from now on.
    func disarm(counting calls: Calls = []) throws {
        try write([0], at: 8)
        try write([calls.rawValue, 0, 0, 0, 0, 0, 0])
    }

    /// How many calls there were since the plan was made.
    var seen: Int { number(5) }

    /// How many of them something happened to.
    var struck: Int { number(6) }

    private func number(_ index: Int) -> Int {
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        guard bytes.count == 7 * 8 else { return 0 }
        return bytes.withUnsafeBytes {
            Int($0.loadUnaligned(fromByteOffset: index * 8, as: Int64.self))
        }
    }

    private func write(_ numbers: [Int64], at offset: UInt64 = 0) throws {
        // In place, since the daemon has mapped the file.
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: numbers.withUnsafeBytes { Data($0) })
        try handle.close()
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <limits.h>
        #include <signal.h>
        #include <stdint.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/types.h>
        #include <unistd.h>

        enum { SYNC = 1, WRITE = 2, RESIZE = 4, RENAME = 8 };
        enum { KILL_BEFORE = 1, KILL_AFTER = 2, FAIL = 3, SHORT = 4 };

        struct plan {
            volatile int64_t kinds, first, last, action, code;
            _Atomic int64_t seen, struck;
        };

        static struct plan *plan;
        static const char *folder;

        __attribute__((constructor)) static void start(void) {
            const char *path = getenv("FAULT_PLAN");
            folder = getenv("FAULT_FOLDER");
            int file = path && folder ? open(path, O_RDWR | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *map = mmap(0, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            close(file);
            if (map != MAP_FAILED) plan = map;
        }

        static int is_below(const char *name) {
            return strncmp(name, folder, strlen(folder)) == 0;
        }

        static int is_file_below(int file) {
            char link[32], name[PATH_MAX] = {0};
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            return readlink(link, name, sizeof name - 1) > 0 && is_below(name);
        }

        static int fault(int kind, int file, const char *name) {
            // What is printed goes to files as well.
            if (!plan || !(plan->kinds & kind) || (!name && file <= STDERR_FILENO)) return 0;
            int kept = errno;
            int is_meant = name ? is_below(name) : is_file_below(file);
            errno = kept;
            if (!is_meant) return 0;
            int64_t number = ++plan->seen;
            if (plan->first == 0 || number < plan->first || number > plan->last) return 0;
            int action = plan->action;
            plan->struck++;
            if (action == KILL_BEFORE) kill(getpid(), SIGKILL);
            if (action == FAIL) errno = plan->code;
            return action;
        }

        #define REAL(name) \\
            ({ static __typeof__(name) *real; \\
               if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name); real; })
        #define MAKE(action, call) \\
            if (action == FAIL) return -1; \\
            __typeof__(call) result = call; \\
            if (action == KILL_AFTER) kill(getpid(), SIGKILL); \\
            return result;

        int fsync(int file) {
            int action = fault(SYNC, file, 0);
            MAKE(action, REAL(fsync)(file))
        }

        int fdatasync(int file) {
            int action = fault(SYNC, file, 0);
            MAKE(action, REAL(fdatasync)(file))
        }

        int ftruncate(int file, off_t length) {
            int action = fault(RESIZE, file, 0);
            MAKE(action, REAL(ftruncate)(file, length))
        }

        int ftruncate64(int file, off64_t length) {
            int action = fault(RESIZE, file, 0);
            MAKE(action, REAL(ftruncate64)(file, length))
        }

        int rename(const char *from, const char *to) {
            int action = fault(RENAME, -1, to);
            MAKE(action, REAL(rename)(from, to))
        }

        ssize_t write(int file, const void *bytes, size_t count) {
            int action = fault(WRITE, file, 0);
            if (action == SHORT) count = (count + 1) / 2;
            MAKE(action, REAL(write)(file, bytes, count))
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
            int action = fault(WRITE, file, 0);
            if (action == SHORT) count = (count + 1) / 2;
            MAKE(action, REAL(pwrite)(file, bytes, count, at))
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
            int action = fault(WRITE, file, 0);
            if (action == SHORT) count = (count + 1) / 2;
            MAKE(action, REAL(pwrite64)(file, bytes, count, at))
        }
        """
}
