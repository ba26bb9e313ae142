import CareRecord

/// The values of an event as frames of 16, each value behind its length as a varint.
public enum ValueFrames {
    /// The most that one frame may unpack to, in bytes: an event's limit and the lengths.
    static let contentBytesMax = EventLimits.eventBytesMax + 5 * EventEnvelope.valuesPerFrame

    /// Packs values in order; an erased one takes part with length 0.
    static func pack(_ values: [EventValue], coder: FrameCoder) -> [[UInt8]] {
        stride(from: 0, to: values.count, by: EventEnvelope.valuesPerFrame).map { start in
            let end = min(start + EventEnvelope.valuesPerFrame, values.count)
            var content: [UInt8] = []
            for value in values[start..<end] {
                guard case .held(let bytes) = value else {
                    Varint.append(0, to: &content)
                    continue
                }
                Varint.append(UInt32(bytes.count), to: &content)
                content.append(contentsOf: bytes)
            }
            return coder.pack(content)
        }
    }

    /// Unpacks one frame into its values, as slices of one array.
    ///
    /// - Parameter count: how many values the frame must hold.
    static func unpack(
        _ frame: [UInt8], count: Int, coder: FrameCoder
    ) throws(FrameRefusal) -> [ArraySlice<UInt8>] {
        let content = try coder.unpack(frame, contentBytesMax: contentBytesMax)
        let ranges: [Range<Int>]? = content.withUnsafeBufferPointer { bytes in
            var ranges: [Range<Int>] = []
            ranges.reserveCapacity(count)
            var position = 0
            for _ in 0..<count {
                guard let length = Varint.read(bytes, at: &position),
                    Int(length) <= bytes.count - position
                else { return nil }
                ranges.append(position..<position + Int(length))
                position += Int(length)
            }
            return position == bytes.count ? ranges : nil
        }
        guard let ranges else { throw .damaged }
        return ranges.map { content[$0] }
    }

    /// Unpacks one frame and returns the value at an offset in it, from 0.
    public static func value(
        in frame: [UInt8], at offset: Int, coder: FrameCoder
    ) throws(FrameRefusal) -> ArraySlice<UInt8> {
        let content = try coder.unpack(frame, contentBytesMax: contentBytesMax)
        let range: Range<Int>? = content.withUnsafeBufferPointer { bytes in
            var position = 0
            for number in 0...offset {
                guard let length = Varint.read(bytes, at: &position),
                    Int(length) <= bytes.count - position
                else { return nil }
                if number == offset { return position..<position + Int(length) }
                position += Int(length)
            }
            return nil
        }
        guard let range else { throw .damaged }
        return content[range]
    }

    /// Unpacks all frames of an event.
    static func unpack(
        _ envelope: EventEnvelope, valueCount: Int, coder: FrameCoder
    ) throws(EnvelopeRefusal) -> [EventValue] {
        let perFrame = EventEnvelope.valuesPerFrame
        guard envelope.frames.count == (valueCount + perFrame - 1) / perFrame else {
            throw .badFrames
        }
        var values: [EventValue] = []
        values.reserveCapacity(valueCount)
        for frame in envelope.frames {
            let count = min(perFrame, valueCount - values.count)
            do {
                values.append(
                    contentsOf: try unpack(frame, count: count, coder: coder).map { .held($0) })
            } catch {
                throw .badFrames
            }
        }
        var latest: UInt32?
        for item in envelope.erased {
            let index = Int(item.index)
            guard index < values.count, latest.map({ $0 < item.index }) ?? true,
                values[index] == .held([])
            else { throw .badErasure }
            values[index] = .erased(leaf: item.leaf)
            latest = item.index
        }
        return values
    }
}
