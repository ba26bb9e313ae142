/// Pseudo-random numbers that are the same in every process and on every platform.
///
/// xoshiro256** (Blackman & Vigna 2018), seeded by SplitMix64 as its authors advise. The standard
/// library's `random(in:using:)` is avoided on purpose: how it maps bits to a range may change.
struct SeededGenerator: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A generator of its own for every list of `parts`, for example (seed, site, patient).
    init(parts: [UInt64]) {
        var mixer: UInt64 = 0x6163_636f_7264_0001
        for part in parts {
            mixer = Self.splitMix(&mixer) ^ part
        }
        state = (
            Self.splitMix(&mixer), Self.splitMix(&mixer),
            Self.splitMix(&mixer), Self.splitMix(&mixer)
        )
    }

    /// A generator in a given state, which must not be all zeros.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        self.state = state
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A number in `0..<bound`. The bias is below 2^-40 for the bounds used here.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a bound must be positive, not \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number in the closed range.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in `percent` of 100 calls on average.
    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    /// One element of a list that is not empty.
    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[below(list.count)]
    }

    /// `count` different elements, or all of a shorter list, in the list's own order.
    mutating func sample<Element>(_ list: [Element], count: Int) -> [Element] {
        var chosen: [Element] = []
        for (offset, element) in list.enumerated() {
            let wanted = count - chosen.count
            if wanted > 0, below(list.count - offset) < wanted {
                chosen.append(element)
            }
        }
        return chosen
    }

    /// A version 4 UUID in lower-case text form (RFC 9562 §5.4).
    mutating func uuid() -> String {
        let high = (next() & 0xffff_ffff_ffff_0fff) | 0x4000
        let low = (next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
        let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (offset, digit) in digits.enumerated() {
            if offset == 8 || offset == 12 || offset == 16 || offset == 20 {
                text.append(UInt8(ascii: "-"))
            }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `count` decimal digits as text.
    mutating func digits(_ count: Int) -> String {
        var text = ""
        for _ in 0..<count {
            text += String(below(10))
        }
        return text
    }

    private static func hexadecimal(_ word: UInt64) -> [UInt8] {
        let alphabet = Array("0123456789abcdef".utf8)
        return (0..<16).map { alphabet[Int((word >> UInt64(60 - 4 * $0)) & 15)] }
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        (word << count) | (word >> (64 - count))
    }

    private static func splitMix(_ mixer: inout UInt64) -> UInt64 {
        mixer &+= 0x9e37_79b9_7f4a_7c15
        var word = mixer
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
