import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Sets up and serves the connections of the control socket.
struct ControlChannel: ServerChildChannel {
    /// One connection between set-up and service.
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let exchange: DoorExchange
        let caller: ControlCaller
        var channel: any Channel { http.channel }
    }

    /// The reason of a connection whose caller the kernel does not name.
    private struct UnknownCaller: Error {}

    /// The kernel's `struct ucred` (unix(7)), which the C library hides from other languages.
    private struct Credentials: Sendable {
        var processID: Int32
        var userID: UInt32
        var groupID: UInt32
    }

    let limits: ControlListenerLimits
    let serviceUserID: UInt32
    let otherUserIDs: Set<UInt32>
    let handler: @Sendable (ControlRequest) async -> ControlAnswer

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard let options = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(UnknownCaller())
        }
        let credentials: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        let ready = credentials.flatMap { credentials in
            let caller = ControlCaller(
                processID: credentials.processID, userID: credentials.userID,
                groupID: credentials.groupID)
            let isAllowed = caller.isAllowed(serviceUserID: serviceUserID, others: otherUserIDs)
            let exchange = DoorExchange()
            let pipeline = DoorPipeline(
                limits: limits.door, exchange: exchange,
                refusesEverything: isAllowed ? nil : .callerNotAllowed)
            return pipeline.setup(channel: channel, logger: logger).map { http in
                Value(http: http, exchange: exchange, caller: caller)
            }
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
            let answer = await answer(arrival, request.head, value.caller)
            try await writer.write(response: Self.head(of: answer), body: Self.body(of: answer))
        }
    }

    private func answer(
        _ arrival: DoorExchange.Arrival, _ head: HTTPRequest, _ caller: ControlCaller
    ) async -> ControlAnswer {
        switch arrival {
        case .refused(let refusal):
            ControlAnswer(
                status: refusal.status, contentType: "text/plain",
                body: .bytes(Array(refusal.explanation.utf8)))
        case .complete(let body):
            await handler(
                ControlRequest(
                    method: head.method.rawValue, path: head.path ?? "", fields: head.headerFields,
                    body: body, caller: caller))
        }
    }

    private static func head(of answer: ControlAnswer) -> HTTPResponse {
        var fields = HTTPFields()
        if case .bytes(let bytes) = answer.body { fields[.contentLength] = String(bytes.count) }
        if !answer.contentType.isEmpty { fields[.contentType] = answer.contentType }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }

    private static func body(of answer: ControlAnswer) -> ResponseBody {
        switch answer.body {
        case .bytes(let bytes):
            ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .pieces(let pieces):
            ResponseBody { writer in
                for await piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            }
        }
    }
}
