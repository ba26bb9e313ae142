import CCurl
import Glibc

/// Starts the thread that runs a `CurlLoop`, and is its handle for callers.
///
/// Why a thread at all: `docs/decisions/0004-one-thread-drives-libcurl.md`.
final class CurlDriver: Sendable {
    private let inbox: CurlInbox

    /// Starts the thread. It ends after `shutdown`, or when the driver is dropped.
    init(limits: PeerClientLimits) {
        precondition(Self.isLibraryReady, "curl_global_init failed")
        inbox = CurlInbox()
        let start = Unmanaged.passRetained(LoopStart(inbox: inbox, limits: limits))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<LoopStart>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        precondition(result == 0, "no thread for the peer client: errno \(result)")
        pthread_detach(thread)
    }

    deinit { inbox.stop() }

    /// Transfers, and returns the response. Cancelling the task aborts the transfer.
    func perform(_ order: TransferOrder) async throws -> PeerResponse {
        let id = inbox.nextID()
        return try await withTaskCancellationHandler {
            guard !Task.isCancelled else {
                throw PeerFailure(code: .cancelled, context: order.summary)
            }
            return try await withCheckedThrowingContinuation { continuation in
                inbox.submit(.init(id: id, order: order, continuation: continuation))
                // A cancellation before this line found no entry to drop; it is repeated.
                if Task.isCancelled { inbox.cancel(id) }
            }
        } onCancel: {
            inbox.cancel(id)
        }
    }

    /// Answers everything with `.cancelled`, closes all connections, and returns when the thread
    /// has let go of the library.
    func shutdown() async {
        inbox.stop()
        await inbox.ended()
    }

    /// Process-wide set-up of libcurl; thread-safe because globals are initialised once.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// What the thread is started with.
private final class LoopStart: Sendable {
    private let inbox: CurlInbox
    private let limits: PeerClientLimits

    init(inbox: CurlInbox, limits: PeerClientLimits) {
        self.inbox = inbox
        self.limits = limits
    }

    func run() {
        guard let loop = CurlLoop(inbox: inbox, limits: limits) else {
            preconditionFailure("no memory for the peer client")
        }
        loop.run()
    }
}
