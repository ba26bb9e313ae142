import Foundation
import SwiftProtobuf

/// The body of one request or response: messages of one session, in order.
public struct Packet: Sendable, Hashable {
    /// 16 bytes, drawn by the side that dials.
    public var session: [UInt8]
    /// At most `SyncLimits.packetMessagesMax`.
    public var messages: [SyncMessage]

    /// Creates a packet.
    public init(session: [UInt8], messages: [SyncMessage]) {
        self.session = session
        self.messages = messages
    }

    /// Serialises the packet into a frame.
    ///
    /// A delivery's events are packed already, so a packet with one is left as it is.
    public func encoded(coder: FrameCoder) -> [UInt8] {
        var wire = WirePacket()
        wire.session = Data(session)
        wire.messages = messages.map(WireMessage.init)
        let isPacked = messages.contains { message in
            switch message {
            case .deliver, .blobChunk: true
            default: false
            }
        }
        return coder.pack(WireCoding.encode(wire), codec: isPacked ? .raw : .zstd)
    }

    /// Reads a packet out of its frame and checks every limit of `SyncLimits`.
    public init(encoded frame: [UInt8], coder: FrameCoder) throws(SyncRefusal) {
        let content: [UInt8]
        do {
            content = try coder.unpack(frame, contentBytesMax: SyncLimits.packetBytesMax)
        } catch {
            throw .badMessage
        }
        do throws(DecodingFailure) {
            let wire: WirePacket = try WireCoding.decode(content)
            guard wire.session.count == 16 else { throw .badLength }
            guard wire.messages.count <= SyncLimits.packetMessagesMax else { throw .tooLong }
            session = Array(wire.session)
            messages = []
            for message in wire.messages {
                messages.append(try message.syncMessage())
            }
        } catch {
            throw .badMessage
        }
    }
}
