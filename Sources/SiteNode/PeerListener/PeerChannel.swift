import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import PeerTransport
import Synchronization

/// Sets up and serves the connections of the peer port.
final class PeerChannel: ServerChildChannel {
    /// One connection between set-up and service.
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let connection: PeerConnection
        var channel: any Channel { http.channel }
    }

    /// The reason of a connection that is closed before anything is read from it.
    private struct NotAdmitted: Error {}

    private let limits: PeerListenerLimits
    private let registry: ConnectionRegistry
    private let tls: Mutex<PeerTLS>
    private let handler: @Sendable (PeerRequest) async -> PeerAnswer

    init(
        tls: PeerTLS, limits: PeerListenerLimits,
        handler: @escaping @Sendable (PeerRequest) async -> PeerAnswer
    ) {
        self.tls = Mutex(tls)
        self.limits = limits
        self.handler = handler
        registry = ConnectionRegistry(limits: limits)
    }

    /// Serves connections accepted from now on with another identity.
    func use(_ tls: PeerTLS) {
        self.tls.withLock { $0 = tls }
    }

    /// Whether a key has a connection open.
    func hasConnections(of peer: KeyFingerprint) -> Bool {
        !registry.channels(of: peer).isEmpty
    }

    /// Closes the open connections of a key.
    func closeConnections(of peer: KeyFingerprint) {
        for channel in registry.channels(of: peer) { channel.close(promise: nil) }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let address = channel.remoteAddress?.ipAddress ?? ""
        guard registry.admit(address: address) else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(NotAdmitted())
        }
        let connection = PeerConnection(remoteAddress: address)
        channel.closeFuture.whenComplete { [registry] _ in
            registry.leave(address: address, peer: connection.peer, channel: channel)
        }
        let tls = tls.withLock { $0 }
        let pipeline = DoorPipeline(
            limits: limits.door, exchange: connection.exchange,
            onFirstBytes: { [registry] in
                guard let peer = connection.peer else { return false }
                return registry.authenticate(peer, address: address, channel: channel)
            })
        let ready = channel.eventLoop.makeCompletedFuture {
            let handler = try tls.makeHandler(for: connection)
            try channel.pipeline.syncOperations.addHandler(handler)
        }.flatMap {
            pipeline.setup(channel: channel, logger: logger)
        }.map { http in
            Value(http: http, connection: connection)
        }
        // The server only forgets a connection whose set-up fails; closing it is our part.
        ready.whenFailure { _ in channel.close(promise: nil) }
        return ready
    }

    func handle(value: Value, logger: Logger) async {
        let connection = value.connection
        let pipeline = DoorPipeline(limits: limits.door, exchange: connection.exchange)
        await pipeline.handle(value: value.http, logger: logger) { request, writer, _ in
            for try await _ in request.body {}
            guard let arrival = connection.exchange.take(), let peer = connection.peer else {
                throw CancellationError()
            }
            let wait = self.registry.wait(forRequestOf: peer)
            if wait > .zero { try await Task.sleep(for: wait) }
            let answer = await self.answer(arrival, request.head, peer, connection.remoteAddress)
            try await writer.write(
                response: Self.head(of: answer),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
    }

    private func answer(
        _ arrival: DoorExchange.Arrival, _ head: HTTPRequest, _ peer: KeyFingerprint,
        _ remoteAddress: String
    ) async -> PeerAnswer {
        switch arrival {
        case .refused(let refusal):
            PeerAnswer(
                status: refusal.status, contentType: "text/plain",
                body: Array(refusal.explanation.utf8))
        case .complete(let body):
            await handler(
                PeerRequest(
                    method: head.method.rawValue, path: head.path ?? "", fields: head.headerFields,
                    body: body, peer: peer, remoteAddress: remoteAddress))
        }
    }

    private static func head(of answer: PeerAnswer) -> HTTPResponse {
        var fields = HTTPFields()
        fields[.contentLength] = String(answer.body.count)
        if !answer.contentType.isEmpty { fields[.contentType] = answer.contentType }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }
}
