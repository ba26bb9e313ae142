/// Texts of R4's primitive types.
enum R4Text {
    /// An `instant` in UTC to the millisecond; `nil` outside of the years 1 to 9999, which it
    /// cannot say.
    static func instant(milliseconds: Int64) -> String? {
        guard milliseconds >= -62_135_596_800_000, milliseconds <= 253_402_300_799_999 else {
            return nil
        }
        let day = (milliseconds - floorModulo(milliseconds, 86_400_000)) / 86_400_000
        let time = floorModulo(milliseconds, 86_400_000)
        let hours = "\(digits(time / 3_600_000, 2)):\(digits(time / 60_000 % 60, 2))"
        let seconds = "\(digits(time / 1000 % 60, 2)).\(digits(time % 1000, 3))"
        return "\(date(day))T\(hours):\(seconds)Z"
    }

    /// A day since 1970 in the Gregorian calendar. Years are counted from March, so that the day
    /// that is now and then missing is the last.
    private static func date(_ day: Int64) -> String {
        let fromMarch = day + 719_468
        let century = (4 * fromMarch + 3) / 146_097
        let inCentury = fromMarch - 146_097 * century / 4
        let yearInCentury = (4 * inCentury + 3) / 1461
        let inYear = inCentury - 1461 * yearInCentury / 4
        let month = (5 * inYear + 2) / 153
        let dayOfMonth = inYear - (153 * month + 2) / 5 + 1
        let isNext = month >= 10
        let year = 100 * century + yearInCentury + (isNext ? 1 : 0)
        return "\(digits(year, 4))-\(digits(isNext ? month - 9 : month + 3, 2))-"
            + digits(dayOfMonth, 2)
    }

    private static func floorModulo(_ number: Int64, _ divisor: Int64) -> Int64 {
        (number % divisor + divisor) % divisor
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    /// Base 64 with padding (RFC 4648 §4).
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            bits <<= 8 * UInt32(3 - group.count)
            for place in 0..<4 {
                output.append(
                    place <= group.count
                        ? alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether bytes may stand in a `string`: UTF-8 of at most 1 MiB, without control characters
    /// but tabs and line ends (R4 §2.24.0.1).
    static func isString(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 1 << 20 else { return false }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 9 || $0 == 10 || $0 == 13 }) else {
            return false
        }
        return String(validating: bytes, as: UTF8.self) != nil
    }
}
