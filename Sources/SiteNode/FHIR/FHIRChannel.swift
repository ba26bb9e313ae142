import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Sets up and serves the connections of the FHIR door.
final class FHIRChannel: ServerChildChannel {
    /// One connection between set-up and service.
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let exchange: DoorExchange
        let remoteAddress: String
        var channel: any Channel { http.channel }
    }

    /// The reason of a connection that is closed before anything is read from it.
    private struct NotAdmitted: Error {}

    private let limits: FHIRListenerLimits
    private let connections = Mutex(0)
    private let handler: @Sendable (FHIRRequest) async -> FHIRAnswer

    init(
        limits: FHIRListenerLimits, handler: @escaping @Sendable (FHIRRequest) async -> FHIRAnswer
    ) {
        self.limits = limits
        self.handler = handler
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard admit(channel) else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(NotAdmitted())
        }
        let address = channel.remoteAddress?.ipAddress ?? ""
        let exchange = DoorExchange()
        let pipeline = DoorPipeline(limits: limits.door, exchange: exchange)
        let ready = pipeline.setup(channel: channel, logger: logger).map { http in
            Value(http: http, exchange: exchange, remoteAddress: address)
        }
        // The server only forgets a connection whose set-up fails; closing it is our part.
        ready.whenFailure { _ in channel.close(promise: nil) }
        return ready
    }

    func handle(value: Value, logger: Logger) async {
        let pipeline = DoorPipeline(limits: limits.door, exchange: value.exchange)
        await pipeline.handle(value: value.http, logger: logger) { request, writer, _ in
            for try await _ in request.body {}
            guard let arrival = value.exchange.take() else { throw CancellationError() }
            let answer = await self.answer(arrival, request.head, value.remoteAddress)
            let isBare = request.head.method == .head
            try await writer.write(
                response: Self.head(of: answer),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: isBare ? [] : answer.body)))
        }
    }

    /// Counts a new connection; false when there are too many.
    private func admit(_ channel: any Channel) -> Bool {
        let isAdmitted = connections.withLock { count in
            guard count < limits.connectionsMax else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { _ in self.connections.withLock { $0 -= 1 } }
        return true
    }

    private func answer(
        _ arrival: DoorExchange.Arrival, _ head: HTTPRequest, _ remoteAddress: String
    ) async -> FHIRAnswer {
        switch arrival {
        case .refused(let refusal):
            FHIRFailure(refusal).answer
        case .complete(let body):
            await handler(
                FHIRRequest(
                    method: head.method.rawValue, target: head.path ?? "", body: body,
                    remoteAddress: remoteAddress, authority: head.authority,
                    fields: head.headerFields))
        }
    }

    private static func head(of answer: FHIRAnswer) -> HTTPResponse {
        var fields = HTTPFields()
        if !answer.body.isEmpty { fields[.contentType] = FHIRAnswer.contentType }
        if answer.status != 204, answer.status != 304 {
            fields[.contentLength] = String(answer.body.count)
        }
        // What is shown of a record stays with whoever asked.
        fields[.cacheControl] = "no-store"
        for field in answer.fields {
            if let name = HTTPField.Name(field.name) { fields[name] = field.value }
        }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }
}

/// Limits of the FHIR door, with their units; `docs/security.md` §5.
struct FHIRListenerLimits: Sendable, Hashable {
    /// Connections in all.
    var connectionsMax = 256
    /// Limits of each connection.
    var door = DoorLimits()
}
