import Glibc

/// The service's local time, for what administrators write in it.
enum LocalTime {
    /// Minutes since midnight, from 0 to 1,439.
    static func minuteOfDay() -> Int {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }
}
