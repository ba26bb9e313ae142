import CCurl
import Glibc

/// One transfer: its easy handle, what it sends, and what has arrived.
///
/// Lives on the loop's thread only. The handle's callbacks hold its address, so it is kept alive
/// by the loop until the handle has left the multi handle.
final class CurlTransfer {
    let id: UInt64
    let order: TransferOrder
    let continuation: CheckedContinuation<PeerResponse, any Error>
    let easy: UnsafeMutableRawPointer
    let lane: CurlLane

    /// Whether the handshake is over and the request may flow.
    private(set) var isConnected = false
    /// The certificate decision against the peer, if it was one.
    private(set) var refusal: CertificateRefusal?
    /// Whether the response broke `responseBytesMax` or the limit on header bytes.
    private(set) var isTooLarge = false
    private(set) var status = 0

    private var headers: [(String, String)] = []
    private var headerBytes = 0
    private let headerBytesMax: Int
    private var body: [UInt8] = []
    private var bodyBytes = 0
    private var sentBytes = 0
    private let verifier: UnsafeMutablePointer<accord_curl_verifier>
    private let errorText: UnsafeMutablePointer<CChar>
    private var fieldList: UnsafeMutablePointer<curl_slist>?

    init(entry: CurlInbox.Entry, easy: UnsafeMutableRawPointer, lane: CurlLane, headerMax: Int) {
        id = entry.id
        order = entry.order
        continuation = entry.continuation
        self.easy = easy
        self.lane = lane
        headerBytesMax = headerMax
        verifier = .allocate(capacity: 1)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        verifier.initialize(to: accord_curl_verifier(decide: nil, context: nil))
    }

    /// The handle must have been reset or destroyed before, because it points into this object.
    deinit {
        curl_slist_free_all(fieldList)
        verifier.deallocate()
        errorText.deallocate()
    }

    /// The address that the callbacks are given.
    var address: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// Recovers the transfer from a callback's context.
    static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// What the library said last, in its own words.
    var libraryText: String { String(cString: errorText) }

    /// The response, after the library reported success.
    var response: PeerResponse { PeerResponse(status: status, headers: headers, body: body) }

    /// Points the handle's callbacks, error text and header fields at this transfer.
    func attach(fields: [String]) throws(CurlOptionFailure) {
        try CurlOption.check(
            accord_curl_set_callbacks(
                easy, address,
                { bytes, size, count, context in
                    CurlTransfer.at(context)?.receiveBody(bytes, size * count) ?? 0
                },
                { bytes, size, count, context in
                    CurlTransfer.at(context)?.receiveHeader(bytes, size * count) ?? 0
                },
                { space, size, count, context in
                    CurlTransfer.at(context)?.supply(space, size * count) ?? 0
                },
                { context, offset, origin in
                    CurlTransfer.at(context)?.rewind(Int(offset), origin) ?? CURL_SEEKFUNC_FAIL
                },
                { context, _, _, _, _ in
                    CurlTransfer.at(context)?.connected()
                    return CURL_PREREQFUNC_OK
                }))
        try CurlOption.check(accord_curl_set_pointer(easy, CURLOPT_PRIVATE, address))
        try CurlOption.check(accord_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        for field in fields {
            guard let longer = curl_slist_append(fieldList, field) else {
                throw CurlOptionFailure(code: CURLE_OUT_OF_MEMORY)
            }
            fieldList = longer
        }
        try CurlOption.check(accord_curl_set_list(easy, CURLOPT_HTTPHEADER, fieldList))
    }

    /// Makes OpenSSL ask `decide` about the peer's certificate.
    func attachVerifier() throws(CurlOptionFailure) {
        verifier.pointee.context = address
        verifier.pointee.decide = { bytes, count, context in
            guard let bytes, let transfer = CurlTransfer.at(context) else { return 0 }
            return transfer.decide(Array(UnsafeBufferPointer(start: bytes, count: count))) ? 1 : 0
        }
        try CurlOption.check(accord_curl_set_verifier(easy, verifier))
    }

    /// Leaves the lane's count of handshakes, once.
    func leaveHandshake() {
        guard !isConnected else { return }
        isConnected = true
        lane.handshakes -= 1
    }

    private func connected() { leaveHandshake() }

    private func decide(_ leafDER: [UInt8]) -> Bool {
        guard case .peer(_, let pin, _) = order.destination else { return false }
        let decision = CertificatePolicy.decide(
            leafDER: leafDER, nowSeconds: WallClock.nowSeconds(), pinned: { $0 == pin })
        if case .refused(let reason) = decision {
            refusal = reason
            return false
        }
        return true
    }
}

extension CurlTransfer {
    private func receiveHeader(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes else { return 0 }
        headerBytes += count
        guard headerBytes <= headerBytesMax else {
            isTooLarge = true
            return 0
        }
        let line = String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self
        ).trimmingLineEnd()
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        return count
    }

    private func receiveBody(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes else { return 0 }
        bodyBytes += count
        guard bodyBytes <= order.responseBytesMax else {
            isTooLarge = true
            return 0
        }
        let chunk = UnsafeRawBufferPointer(start: bytes, count: count)
        if let onChunk = order.onChunk, (200..<300).contains(status) {
            onChunk(Array(chunk))
            return count
        }
        if body.isEmpty, let announced = response.header("content-length").flatMap({ Int($0) }) {
            body.reserveCapacity(min(max(announced, count), order.responseBytesMax))
        }
        body.append(contentsOf: chunk)
        return count
    }

    private func supply(_ space: UnsafeMutablePointer<CChar>?, _ capacity: Int) -> Int {
        let count = min(capacity, order.body.count - sentBytes)
        guard let space, count > 0 else { return 0 }
        order.body.withUnsafeBytes { body in
            let part = UnsafeRawBufferPointer(rebasing: body[sentBytes..<sentBytes + count])
            UnsafeMutableRawBufferPointer(start: space, count: count).copyMemory(from: part)
        }
        sentBytes += count
        return count
    }

    private func rewind(_ offset: Int, _ origin: Int32) -> Int32 {
        guard origin == SEEK_SET, (0...order.body.count).contains(offset) else {
            return CURL_SEEKFUNC_FAIL
        }
        sentBytes = offset
        return CURL_SEEKFUNC_OK
    }
}

extension String {
    /// Without the carriage return and line feed that end a header line.
    fileprivate func trimmingLineEnd() -> String {
        var bytes = Substring(self).utf8
        while let last = bytes.last, last == 0x0D || last == 0x0A { bytes.removeLast() }
        return String(Substring(bytes))
    }
}
