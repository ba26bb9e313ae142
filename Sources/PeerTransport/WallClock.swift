import Glibc

/// The wall clock, for the validity of certificates only.
enum WallClock {
    /// Seconds since 1970, UTC.
    static func nowSeconds() -> Int64 {
        var now = timespec()
        let result = clock_gettime(CLOCK_REALTIME, &now)
        precondition(result == 0, "CLOCK_REALTIME cannot be read: errno \(errno)")
        return Int64(now.tv_sec)
    }
}
