import CareRecord
import Testing

@testable import WireFormat

@Suite("Vectors of frames")
struct FrameVectors {
    @Test("every frame unpacks or is refused as its vector says")
    func frames() throws {
        let coder = FrameCoder()
        try VectorFile.check(Self.file, named: "frames") { input in
            let contentBytesMax = input["contentBytesMax"].number ?? 0
            let count = input["values"].number
            do throws(FrameRefusal) {
                let frame = input["frame"].bytes
                guard let count else {
                    let content = try coder.unpack(frame, contentBytesMax: contentBytesMax)
                    return Description.value(.held(content[...]))
                }
                let values = try ValueFrames.unpack(frame, count: count, coder: coder)
                return .list(values.map { Description.value(.held($0)) })
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static var file: VectorFile {
        VectorFile(
            name: "frames", specification: "record-v1.md §6",
            about: "A frame and the most that it may unpack to; with values, a frame of that many.",
            vectors: good + bad + values)
    }

    private static let text = Array(
        #"{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"walk daily"}}"#
            .utf8)

    private static func frame(
        _ name: String, _ what: String, _ frame: [UInt8], max: Int = 1 << 20, content: [UInt8]
    ) -> Vector {
        Vector(
            name, what, input: ["frame": .hex(frame), "contentBytesMax": .number(max)],
            expect: Description.value(.held(content[...])))
    }

    private static func refused(
        _ name: String, _ what: String, _ frame: [UInt8], max: Int = 1 << 20,
        _ refusal: FrameRefusal
    ) -> Vector {
        Vector(
            name, what, input: ["frame": .hex(frame), "contentBytesMax": .number(max)],
            refusal: refusal.rawValue)
    }

    private static var good: [Vector] {
        let coder = FrameCoder()
        let long = Array(repeating: UInt8(ascii: "a"), count: 1 << 20)
        let zstd = coder.pack(text + text + text, codec: .zstd)
        return [
            frame("raw", "codec 0: as it is", Proto.rawFrame(text), content: text),
            frame("raw-empty", "no content at all", [0, 0], max: 0, content: []),
            frame(
                "raw-128", "a length of two varint bytes",
                Proto.rawFrame(Array(repeating: 1, count: 128)),
                content: Array(repeating: 1, count: 128)),
            frame("zstd", "codec 1: Zstandard", zstd, content: text + text + text),
            frame(
                "zstd-dictionary", "codec 2: Zstandard with dictionary 1",
                coder.pack(text, codec: .zstdDictionary1), content: text),
            frame(
                "at-the-limit", "exactly as much as is allowed", coder.pack(long, codec: .zstd),
                content: long),
        ]
    }

    private static var bad: [Vector] {
        let coder = FrameCoder()
        let long = Array(repeating: UInt8(ascii: "a"), count: 1 << 20)
        let packed = Array(coder.pack(long, codec: .zstd).dropFirst(4))
        let dictionary = coder.pack(text + text, codec: .zstdDictionary1)
        var flipped = coder.pack(text + text + text, codec: .zstd)
        flipped[8] ^= 0xFF
        return [
            refused("empty", "no codec", [], .truncated),
            refused("codec-alone", "no length", [0], .truncated),
            refused("length-open", "the length does not end", [0, 0x80], .truncated),
            refused("length-long-form", "0 in two bytes", [0, 0x80, 0x00], .truncated),
            refused(
                "length-above-32-bits", "a length of 2^32", [0, 0x80, 0x80, 0x80, 0x80, 0x10],
                .truncated),
            refused(
                "length-six-bytes", "a length in six bytes",
                [0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], .truncated),
            refused("codec-3", "a codec of a later version", [3, 0], .unknownCodec),
            refused("codec-255", "the greatest codec", [255, 1, 0], .unknownCodec),
            refused(
                "beyond-the-limit", "a byte more than is allowed", Proto.rawFrame(text),
                max: text.count - 1, .tooLarge),
            refused(
                "claims-4-gib", "refused by the claim, before anything is unpacked",
                [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .tooLarge),
            refused("raw-short", "less than the length says", [0, 5, 1, 2, 3, 4], .damaged),
            refused("raw-long", "more than the length says", [0, 3, 1, 2, 3, 4], .damaged),
            refused(
                "bomb", "claims 16 bytes and unpacks to a MiB", [1, 16] + packed, .damaged),
            refused(
                "claims-more", "unpacks to less than it claims",
                [1] + Proto.varint(1 << 20) + coder.pack(text + text, codec: .zstd).dropFirst(3),
                .damaged),
            refused("zstd-nothing", "no packed bytes", [1, 4], .damaged),
            refused(
                "zstd-empty", "a packed content is never empty",
                [1, 0, 0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 0x01, 0x00, 0x00], .damaged),
            refused("zstd-changed", "a changed byte", flipped, .damaged),
            refused("zstd-cut", "the last byte is missing", dictionary.dropLast(), .damaged),
            refused(
                "wrong-codec", "dictionary 1 is needed and not named",
                [1] + dictionary.dropFirst(), .damaged),
        ]
    }

    private static var values: [Vector] {
        let two = Proto.rawFrame([2, 0x7B, 0x7D, 0])
        let held: JSON = [["held": "7b7d"], ["held": ""]]
        let bad: [(String, String, [UInt8], Int)] = [
            ("values-too-few", "a value is missing", two, 3),
            ("values-too-many", "a value is left over", two, 1),
            (
                "values-overrun", "a value longer than the frame", Proto.rawFrame([3, 0x7B, 0x7D]),
                1
            ),
            ("values-open-length", "the length does not end", Proto.rawFrame([0x82]), 1),
            (
                "values-long-form", "a length that is not in its shortest form",
                Proto.rawFrame([0x80, 0x00]), 1
            ),
        ]
        let good = Vector(
            "values-two", "each value behind its length",
            input: ["frame": .hex(two), "values": 2], expect: held)
        return [good]
            + bad.map { name, what, frame, count in
                Vector(
                    name, what, input: ["frame": .hex(frame), "values": .number(count)],
                    refusal: FrameRefusal.damaged.rawValue)
            }
    }
}
