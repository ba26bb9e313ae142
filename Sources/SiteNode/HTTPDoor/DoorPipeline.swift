import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// The handlers of one HTTP/1.1 connection, in either listener.
struct DoorPipeline: Sendable {
    let limits: DoorLimits
    let exchange: DoorExchange
    /// Set when every request on this connection is to be refused.
    var refusesEverything: DoorRefusal?
    /// Called at the first bytes of the first request; false closes the connection.
    var onFirstBytes: @Sendable () -> Bool = { true }

    /// Adds HTTP handlers, and the gate among them, behind what the pipeline holds already.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let http = HTTP1Channel(responder: { _, _, _ in }, configuration: configuration)
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let handlers = channel.pipeline.syncOperations
            let decoder = try handlers.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let gate = RequestGate(
                limits: limits, exchange: exchange, refusesEverything: refusesEverything)
            try handlers.addHandler(
                FirstBytes(gate: gate, onFirst: onFirstBytes), position: .before(decoder))
            try handlers.addHandler(gate, position: .after(decoder))
            return value
        }
    }

    /// Serves the connection's requests, one after the other, until it closes.
    func handle(
        value: HTTP1Channel.Value, logger: Logger,
        responder: @escaping HTTPChannelHandler.Responder
    ) async {
        await HTTP1Channel(responder: responder, configuration: configuration)
            .handle(value: value, logger: logger)
    }

    /// The decoder's own limits lie above the gate's, which can answer with a proper status.
    private var configuration: HTTP1Channel.Configuration {
        .init(
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytesMax * 2,
                maxHeaderListSize: limits.headerBytesMax * 2 + limits.urlBytesMax,
                maxHeaderFieldCount: 100))
    }
}
