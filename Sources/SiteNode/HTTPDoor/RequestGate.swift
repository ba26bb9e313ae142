import NIOCore
import NIOHTTP1

/// Stands behind the HTTP decoder of one connection: enforces `DoorLimits`, gathers bodies.
///
/// Passes on the header and the end of each request, and keeps the body back for the exchange.
/// A refused request passes on as a header and an end too; the answering task finds the refusal
/// in the exchange. What the client still sends is dropped until it stops, or `linger` is over.
final class RequestGate: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: DoorLimits
    private let exchange: DoorExchange
    private let refusesEverything: DoorRefusal?
    private var pace: ConnectionPace
    private var timer: (task: Scheduled<Void>, due: NIODeadline)?
    private var body: [UInt8] = []
    private var isDiscarding = false
    private var answerBytes = 0

    init(limits: DoorLimits, exchange: DoorExchange, refusesEverything: DoorRefusal?) {
        self.limits = limits
        self.exchange = exchange
        self.refusesEverything = refusesEverything
        pace = ConnectionPace(limits: limits, now: .now())
    }

    func channelActive(context: ChannelHandlerContext) {
        setTimer(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.task.cancel()
        timer = nil
    }

    /// Called by `FirstBytes`, which sees bytes before the decoder.
    func bytesArrived(context: ChannelHandlerContext) {
        pace.bytesArrived(now: .now())
        setTimer(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDiscarding else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let buffer): gather(buffer, context)
        case .end: finish(context)
        }
        setTimer(context)
    }

    /// A node that stops waits for its own answers, never for a client: what has not arrived whole is
    /// sent again to the next life, and an answer that nobody takes is asked for again.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            pace.stopping(now: .now())
            if pace.isReading {
                context.close(promise: nil)
                return
            }
            setTimer(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isDiscarding = true
        pace.closing(now: .now())
        setTimer(context)
        context.fireErrorCaught(error)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            answerBytes = 0
            if isDiscarding { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let part):
            answerBytes += part.readableBytes
            context.write(data, promise: promise)
        case .end:
            pace.answerWritten(bytes: answerBytes, now: .now())
            let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.assumeIsolated().whenComplete { [self] _ in
                pace.answerSent(now: .now())
                setTimer(context)
            }
            context.write(data, promise: sent)
            setTimer(context)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard pace.acceptsRequest else {
            isDiscarding = true
            context.close(promise: nil)
            return
        }
        pace.headerEnded(now: .now())
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if let refusal = refusesEverything ?? refusal(of: head, announced: announced) {
            refuse(refusal, context)
        } else {
            body.reserveCapacity(announced)
        }
    }

    private func refusal(of head: HTTPRequestHead, announced: Int) -> DoorRefusal? {
        let lengths = head.headers[canonicalForm: "content-length"].count
        if lengths > 1 || (lengths == 1 && head.headers.contains(name: "transfer-encoding")) {
            return .ambiguousLength
        }
        if head.uri.utf8.count > limits.urlBytesMax { return .urlTooLong }
        let headerBytes = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        if headerBytes > limits.headerBytesMax { return .headerTooLarge }
        return announced > limits.bodyBytesMax ? .bodyTooLarge : nil
    }

    private func gather(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        pace.bodyArrived(bytes: buffer.readableBytes)
        guard body.count + buffer.readableBytes <= limits.bodyBytesMax else {
            refuse(.bodyTooLarge, context)
            return
        }
        buffer.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    }

    private func finish(_ context: ChannelHandlerContext) {
        pace.requestEnded()
        exchange.put(.complete(body: body))
        body = []
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    private func refuse(_ refusal: DoorRefusal, _ context: ChannelHandlerContext) {
        isDiscarding = true
        body = []
        pace.refused(now: .now())
        exchange.put(.refused(refusal))
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    /// One timer at a time; a deadline that moves away leaves it alone until it fires.
    private func setTimer(_ context: ChannelHandlerContext) {
        guard let deadline = pace.deadline, context.channel.isActive else { return }
        if let timer {
            guard deadline < timer.due else { return }
            timer.task.cancel()
        }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            timer = nil
            if let deadline = pace.deadline, deadline <= .now() {
                context.close(promise: nil)
            } else {
                setTimer(context)
            }
        }
        timer = (task, deadline)
    }
}
