import CCurl

/// Owner of one multi handle and of everything below it. Made, used and destroyed on one thread.
///
/// A destination's transfers are started in order of arrival, as long as few handshakes with it
/// are under way; finished connections stay with the multi handle for the next transfer.
final class CurlLoop {
    private let inbox: CurlInbox
    private let limits: PeerClientLimits
    private let multi: UnsafeMutableRawPointer
    private var transfers: [UInt64: CurlTransfer] = [:]
    private var lanes: [TransferOrder.Destination: CurlLane] = [:]
    private var spareHandles: [UnsafeMutableRawPointer] = []

    /// Easy handles kept for reuse.
    private static let spareHandlesMax = 16

    /// Makes the multi handle; nil when memory is exhausted.
    init?(inbox: CurlInbox, limits: PeerClientLimits) {
        guard let multi = curl_multi_init() else { return nil }
        self.inbox = inbox
        self.limits = limits
        self.multi = multi
        let options: [(CURLMoption, Int)] = [
            (CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsPerPeerMax),
            (CURLMOPT_MAXCONNECTS, limits.connectionsMax),
            (CURLMOPT_PIPELINING, 0),
        ]
        for (option, value) in options {
            let code = accord_curl_multi_set_long(multi, option, value)
            precondition(code == CURLM_OK, "curl refused multi option \(option.rawValue)")
        }
        inbox.attach(address: UInt(bitPattern: multi))
    }

    /// Works until the inbox says stop; then answers what is left and frees the handles.
    func run() {
        while true {
            let delivery = inbox.take()
            for entry in delivery.entries { enqueue(entry) }
            for id in delivery.cancelled { cancel(id) }
            if delivery.isStopping { break }
            startWaiting()
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishCompleted()
            startWaiting()
            curl_multi_poll(multi, nil, 0, pollMilliseconds(), nil)
        }
        close()
    }

    private func close() {
        inbox.detach()
        for entry in inbox.take().entries { enqueue(entry) }
        for lane in lanes.values {
            for entry in lane.waiting {
                entry.continuation.resume(throwing: CurlInbox.stopped(entry.order))
            }
        }
        for transfer in transfers.values.sorted(by: { $0.id < $1.id }) {
            let failure = CurlInbox.stopped(transfer.order)
            release(transfer)
            transfer.continuation.resume(throwing: failure)
        }
        for easy in spareHandles { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
        inbox.finish()
    }

    /// While orders wait in a lane nothing wakes the loop at their deadline, so it looks often.
    private func pollMilliseconds() -> Int32 {
        lanes.values.contains { !$0.waiting.isEmpty } ? 100 : 10_000
    }

    private func enqueue(_ entry: CurlInbox.Entry) {
        guard entry.order.isWellFormed else {
            let context = "\(entry.order.summary): path or header is not allowed"
            entry.continuation.resume(
                throwing: PeerFailure(code: .invalidRequest, context: context))
            return
        }
        let lane = lanes[entry.order.destination] ?? CurlLane()
        lanes[entry.order.destination] = lane
        lane.waiting.append(entry)
    }

    private func cancel(_ id: UInt64) {
        if let transfer = transfers[id] {
            release(transfer)
            transfer.continuation.resume(
                throwing: PeerFailure(code: .cancelled, context: transfer.order.summary))
            return
        }
        for lane in lanes.values {
            guard let index = lane.waiting.firstIndex(where: { $0.id == id }) else { continue }
            let entry = lane.waiting.remove(at: index)
            entry.continuation.resume(
                throwing: PeerFailure(code: .cancelled, context: entry.order.summary))
            return
        }
    }

    private func startWaiting() {
        for (destination, lane) in lanes {
            while !lane.waiting.isEmpty, lane.handshakes < limits.handshakesPerPeerMax {
                start(lane.waiting.removeFirst(), in: lane)
            }
            dropOverdue(lane)
            if lane.isIdle { lanes[destination] = nil }
        }
    }

    private func dropOverdue(_ lane: CurlLane) {
        let now = ContinuousClock.now
        lane.waiting.removeAll { entry in
            guard entry.order.deadline <= now else { return false }
            let context = "\(entry.order.summary): no connection became free"
            entry.continuation.resume(throwing: PeerFailure(code: .timedOut, context: context))
            return true
        }
    }

    private func start(_ entry: CurlInbox.Entry, in lane: CurlLane) {
        let remaining = entry.order.deadline - .now
        guard remaining > .zero else {
            let context = "\(entry.order.summary): the time was over before it began"
            entry.continuation.resume(throwing: PeerFailure(code: .timedOut, context: context))
            return
        }
        guard let easy = spareHandles.popLast() ?? curl_easy_init() else {
            let context = "\(entry.order.summary): no memory for a transfer"
            entry.continuation.resume(throwing: PeerFailure(code: .unreachable, context: context))
            return
        }
        let transfer = CurlTransfer(
            entry: entry, easy: easy, lane: lane, headerMax: limits.responseHeaderBytesMax)
        lane.active += 1
        lane.handshakes += 1
        transfers[entry.id] = transfer
        do {
            try CurlOption.apply(to: transfer, limits: limits, remaining: remaining)
        } catch {
            let text = String(cString: curl_easy_strerror(error.code))
            fail(transfer, .invalidRequest, "\(entry.order.summary): \(text)")
            return
        }
        if curl_multi_add_handle(multi, easy) != CURLM_OK {
            fail(transfer, .unreachable, "\(entry.order.summary): the transfer was not taken")
        }
    }

    private func finishCompleted() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE,
                let transfer = CurlTransfer.at(
                    accord_curl_get_private(message.pointee.easy_handle))
            else { continue }
            // The message's memory ends with the handle's membership: read it first.
            let outcome = CurlOutcome(code: message.pointee.data.result, transfer: transfer)
            release(transfer)
            switch outcome.result(of: transfer) {
            case .success(let response): transfer.continuation.resume(returning: response)
            case .failure(let failure): transfer.continuation.resume(throwing: failure)
            }
        }
    }

    private func fail(_ transfer: CurlTransfer, _ code: PeerFailure.Code, _ context: String) {
        release(transfer)
        transfer.continuation.resume(throwing: PeerFailure(code: code, context: context))
    }

    /// Takes the handle out of the library's hands, so that nothing points at the transfer.
    private func release(_ transfer: CurlTransfer) {
        curl_multi_remove_handle(multi, transfer.easy)
        curl_easy_reset(transfer.easy)
        if spareHandles.count < Self.spareHandlesMax {
            spareHandles.append(transfer.easy)
        } else {
            curl_easy_cleanup(transfer.easy)
        }
        transfer.leaveHandshake()
        transfer.lane.active -= 1
        transfers[transfer.id] = nil
    }
}
