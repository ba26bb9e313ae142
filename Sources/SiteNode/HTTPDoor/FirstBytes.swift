import NIOCore

/// Stands before the HTTP decoder of one connection and tells when bytes come in.
///
/// Behind TLS the first of them are also the proof that the handshake is over and that the client
/// holds its key: nothing is decrypted before.
final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let gate: RequestGate
    private var onFirst: (() -> Bool)?

    /// - Parameter onFirst: called once; false closes the connection.
    init(gate: RequestGate, onFirst: @escaping () -> Bool) {
        self.gate = gate
        self.onFirst = onFirst
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let onFirst {
            self.onFirst = nil
            guard onFirst() else {
                context.close(promise: nil)
                return
            }
        }
        gate.bytesArrived(context: context)
        context.fireChannelRead(data)
    }
}
