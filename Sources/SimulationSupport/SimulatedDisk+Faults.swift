import CSimulatedDisk

extension SimulatedDisk {
    /// Kinds of call.
    public struct Calls: OptionSet, Sendable, Hashable {
        /// One bit a kind.
        public let rawValue: UInt32

        /// Makes a set of its bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        private init(_ call: accord_disk_call) { rawValue = 1 << call.rawValue }

        /// Opening or making a file.
        public static let open = Calls(ACCORD_DISK_OPEN)
        /// Reads.
        public static let read = Calls(ACCORD_DISK_READ)
        /// Writes.
        public static let write = Calls(ACCORD_DISK_WRITE)
        /// Cutting or extending a file.
        public static let truncate = Calls(ACCORD_DISK_TRUNCATE)
        /// Making what was written durable.
        public static let sync = Calls(ACCORD_DISK_SYNC)
        /// Asking for the size of a file.
        public static let size = Calls(ACCORD_DISK_SIZE)
        /// Locks of files.
        public static let lock = Calls(ACCORD_DISK_LOCK)
        /// Unlocks of files.
        public static let unlock = Calls(ACCORD_DISK_UNLOCK)
        /// Mapping the shared memory of the WAL.
        public static let sharedMemory = Calls(ACCORD_DISK_SHARED_MEMORY)
        /// Locks in that memory.
        public static let sharedLock = Calls(ACCORD_DISK_SHARED_LOCK)
        /// Deleting a file.
        public static let delete = Calls(ACCORD_DISK_DELETE)
        /// Asking whether a file is there.
        public static let access = Calls(ACCORD_DISK_ACCESS)

        /// What changes the disk or makes a change durable.
        public static let changes: Calls = [.write, .truncate, .sync, .delete]
        /// Everything.
        public static let all = Calls(rawValue: (1 << ACCORD_DISK_CALLS.rawValue) - 1)

        static let kinds: [(Calls, accord_disk_call)] = (0..<ACCORD_DISK_CALLS.rawValue).map {
            (Calls(rawValue: 1 << $0), accord_disk_call($0))
        }
    }

    /// What a fault does to a call; where it makes no sense, the call fails.
    public enum Outcome: Sendable, Hashable, CaseIterable {
        /// An input/output error; of a write any part may have happened. What a failed sync was to
        /// make durable stays in the cache, and no later sync makes it durable, as on Linux.
        case error
        /// No space is left; any part of the write may have happened.
        case full
        /// A read ends early.
        case shortRead
        /// One bit of what is read is wrong, this once.
        case changedBit
        /// A sync makes nothing durable and says that it did.
        case lie
        /// The power goes: the call may have happened or not.
        case crash

        var raw: accord_disk_outcome {
            switch self {
            case .error: ACCORD_DISK_ERROR
            case .full: ACCORD_DISK_FULL
            case .shortRead: ACCORD_DISK_SHORT_READ
            case .changedBit: ACCORD_DISK_CHANGED_BIT
            case .lie: ACCORD_DISK_LIE
            case .crash: ACCORD_DISK_CRASH
            }
        }
    }

    /// What a crash leaves.
    public enum Survival: Sendable, Hashable, CaseIterable {
        /// Of every unsynced sector any state since the last sync; of every unsynced name either.
        case some
        /// What was synced and nothing else.
        case synced
        /// All that was written.
        case everything
        /// Only the process died: what was written is in the cache, unsynced as before.
        case cache
        /// Likewise, but what a failed sync left in the cache is gone.
        case cacheWithoutFailed

        var raw: accord_disk_survival {
            switch self {
            case .some: ACCORD_DISK_SOME
            case .synced: ACCORD_DISK_SYNCED
            case .everything: ACCORD_DISK_EVERYTHING
            case .cache: ACCORD_DISK_CACHE
            case .cacheWithoutFailed: ACCORD_DISK_CACHE_WITHOUT_FAILED
            }
        }
    }
}
