import Foundation

/// The one place where the node looks at the wall clock.
enum WallTime {
    /// Milliseconds since 1970 UTC.
    @Sendable static func milliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000)
    }

    /// Seconds since 1970 UTC.
    static func seconds() -> Int64 {
        milliseconds() / 1_000
    }
}
