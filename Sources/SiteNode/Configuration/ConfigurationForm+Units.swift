extension ConfigurationForm where Value == Int {
    /// A whole number without unit.
    static func count(_ range: ClosedRange<Int>) -> Self {
        Self("number") { (text: String) throws(ValueRefusal) -> Int in
            guard let number = Int(text), text.utf8.first != UInt8(ascii: "+") else {
                throw ValueRefusal(
                    problem: "is not a whole number",
                    remedy: "Write a number from \(range.lowerBound) to \(range.upperBound).")
            }
            guard range.contains(number) else {
                throw .outside("\(range.lowerBound)", "\(range.upperBound)")
            }
            return number
        } write: {
            String($0)
        }
    }

    /// A number of bytes: `512B`, `64KiB`, `10MiB`, `1GiB`.
    static func size(_ range: ClosedRange<Int>) -> Self {
        Self("size") { (text: String) throws(ValueRefusal) -> Int in
            guard let bytes = UnitText.read(text, units: UnitText.sizes) else {
                throw ValueRefusal(
                    problem: "is not a size with a unit",
                    remedy: "Write a whole number and B, KiB, MiB or GiB, such as `10MiB`.")
            }
            guard range.contains(bytes) else {
                throw .outside(
                    UnitText.write(range.lowerBound, units: UnitText.sizes),
                    UnitText.write(range.upperBound, units: UnitText.sizes))
            }
            return bytes
        } write: {
            UnitText.write($0, units: UnitText.sizes)
        }
    }
}

extension ConfigurationForm where Value == Duration {
    /// A time span: `500ms`, `30s`, `5m`, `24h`.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        Self("duration") { (text: String) throws(ValueRefusal) -> Duration in
            guard let milliseconds = UnitText.read(text, units: UnitText.durations) else {
                throw ValueRefusal(
                    problem: "is not a time span with a unit",
                    remedy: "Write a whole number and ms, s, m or h, such as `30s`.")
            }
            let duration = Duration.milliseconds(milliseconds)
            guard range.contains(duration) else {
                throw .outside(written(range.lowerBound), written(range.upperBound))
            }
            return duration
        } write: {
            written($0)
        }
    }

    private static func written(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        return UnitText.write(milliseconds, units: UnitText.durations)
    }
}

extension ValueRefusal {
    fileprivate static func outside(_ lower: String, _ upper: String) -> ValueRefusal {
        ValueRefusal(
            problem: "is out of range", remedy: "Write a value from \(lower) to \(upper).")
    }
}

/// Whole numbers with a unit behind them, without a space.
enum UnitText {
    /// A unit's name and how many of the smallest unit it holds.
    typealias Unit = (name: String, factor: Int)

    /// Bytes and their binary multiples (IEC 80000-13), the largest first.
    static let sizes: [Unit] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]
    /// Milliseconds and their multiples, the largest first.
    static let durations: [Unit] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]

    /// The number of smallest units; nil without digits, with another unit, or beyond an `Int`.
    static func read(_ text: String, units: [Unit]) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let rest = text.dropFirst(digits.count)
        guard let number = Int(digits), let unit = units.first(where: { $0.name == rest }) else {
            return nil
        }
        let (product, hasOverflowed) = number.multipliedReportingOverflow(by: unit.factor)
        return hasOverflowed ? nil : product
    }

    /// The shortest text that `read` gives back, with the largest unit that divides.
    static func write(_ number: Int, units: [Unit]) -> String {
        let largest = units.first { number > 0 && number.isMultiple(of: $0.factor) }
        guard let unit = largest ?? units.last else { return String(number) }
        return "\(number / unit.factor)\(unit.name)"
    }
}
