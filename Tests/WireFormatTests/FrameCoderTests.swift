import TestSupport
import Testing

@testable import WireFormat

@Suite("FrameCoder")
struct FrameCoderTests {
    private let coder = FrameCoder()

    private func refusal(_ frame: [UInt8], max: Int = 1 << 20) -> FrameRefusal? {
        do throws(FrameRefusal) {
            _ = try coder.unpack(frame, contentBytesMax: max)
            return nil
        } catch {
            return error
        }
    }

    @Test("random and repetitive contents unpack to themselves", arguments: FrameCodec.allCases)
    func roundTrip(codec: FrameCodec) throws {
        var generator = SeededGenerator(seed: 1)
        for size in [0, 1, 2, 127, 128, 129, 4_096, 16_384, 200_000] {
            let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            for content in [noise, Array(repeating: 0x7B, count: size)] {
                let frame = coder.pack(content, codec: codec)
                #expect(try coder.unpack(frame, contentBytesMax: size) == content)
                #expect(frame.count <= content.count + 6)
                if size > 0 { #expect(refusal(frame, max: size - 1) == .tooLarge) }
            }
        }
    }

    @Test("what would grow is stored as it is")
    func fallsBackToRaw() {
        var generator = SeededGenerator(seed: 2)
        let noise = (0..<1_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(coder.pack(noise, codec: .zstd).first == FrameCodec.raw.rawValue)
        #expect(coder.pack([], codec: .zstd) == [0, 0])
        let same = Array(repeating: 1 as UInt8, count: 1_000)
        #expect(coder.pack(same, codec: .zstd).first == FrameCodec.zstd.rawValue)
    }

    @Test("a frame cut anywhere is refused", arguments: FrameCodec.allCases)
    func truncated(codec: FrameCodec) {
        let content = Array(#"{"resourceType":"Goal","lifecycleStatus":"active"}"#.utf8)
        let frame = coder.pack(content + content + content, codec: codec)
        #expect(frame.first == codec.rawValue)
        for count in 0..<frame.count {
            let found = refusal(Array(frame.prefix(count)))
            #expect(found == (count < 3 ? .truncated : .damaged))
        }
    }

    @Test("a frame that claims little and unpacks to much is refused within its claim")
    func bombs() {
        let content = Array(repeating: 0x20 as UInt8, count: 1 << 20)
        let packed = coder.pack(content, codec: .zstd).dropFirst(4)
        #expect(packed.count < 200)
        #expect(refusal([1, 16] + packed) == .damaged)
        #expect(refusal([2, 16] + packed) == .damaged)
        #expect(refusal([1, 0] + packed) == .damaged)
        #expect(refusal([1, 0x80, 0x80, 0x40] + packed, max: 1 << 19) == .tooLarge)
        #expect(refusal([1, 0x81, 0x80, 0x40] + packed, max: 1 << 21) == .damaged)
    }

    @Test("the claim is refused before anything is unpacked")
    func largeClaim() {
        #expect(refusal([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == .tooLarge)
        #expect(refusal([0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], max: .max) == .damaged)
        #expect(refusal([0, 0x80, 0x80, 0x80, 0x80, 0x10]) == .truncated)
        #expect(refusal([0, 0x80, 0x00]) == .truncated)
    }

    @Test("codecs of a later version are refused", arguments: [3, 4, 127, 255] as [UInt8])
    func unknownCodec(code: UInt8) {
        #expect(refusal([code, 1, 0]) == .unknownCodec)
    }

    @Test("random bytes never trap")
    func randomBytes() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...60, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if count > 0 { bytes[0] %= 4 }
            _ = refusal(bytes)
            _ = try? ValueFrames.unpack(bytes, count: 3, coder: coder)
        }
    }

    @Test("one coder may alternate between codecs")
    func alternation() throws {
        let content = Array(repeating: UInt8(ascii: "x"), count: 500)
        let frames = FrameCodec.allCases.map { coder.pack(content, codec: $0) }
        for _ in 0..<3 {
            for frame in frames {
                #expect(try coder.unpack(frame, contentBytesMax: 500) == content)
            }
        }
    }

    @Test("one value of a frame is the one that unpacking all of them gives")
    func oneValue() throws {
        let content: [UInt8] = [2, 0x7B, 0x7D, 0, 3, 0x22, 0x61, 0x22]
        for codec in [FrameCodec.raw, .zstd] {
            let frame = coder.pack(content, codec: codec)
            let all = try ValueFrames.unpack(frame, count: 3, coder: coder)
            for (offset, value) in all.enumerated() {
                #expect(try ValueFrames.value(in: frame, at: offset, coder: coder) == value)
            }
            #expect(throws: FrameRefusal.damaged) {
                try ValueFrames.value(in: frame, at: 3, coder: coder)
            }
        }
    }
}
