import CCurl

/// What the library said about a finished transfer, translated.
struct CurlOutcome {
    let code: CURLcode
    /// Whether the transfer opened its connection itself, rather than reusing one.
    let isFreshConnection: Bool

    /// Reads what must be read before the handle is reset.
    init(code: CURLcode, transfer: CurlTransfer) {
        self.code = code
        var connections = 0
        let read = accord_curl_get_long(transfer.easy, CURLINFO_NUM_CONNECTS, &connections)
        isFreshConnection = read == CURLE_OK && connections > 0
    }

    /// The response, or why there is none.
    func result(of transfer: CurlTransfer) -> Result<PeerResponse, PeerFailure> {
        if code == CURLE_OK { return .success(transfer.response) }
        let failure = Self.failureCode(
            code, refusal: transfer.refusal, isTooLarge: transfer.isTooLarge,
            isFreshConnection: isFreshConnection, hasStatus: transfer.status > 0,
            libraryText: transfer.libraryText)
        var context = "\(transfer.order.summary): "
        context += String(cString: curl_easy_strerror(code))
        if !transfer.libraryText.isEmpty { context += " (\(transfer.libraryText))" }
        if let refusal = transfer.refusal { context += ", certificate \(refusal.rawValue)" }
        return .failure(PeerFailure(code: failure, context: context))
    }

    /// The table from the library's codes to ours; pure.
    ///
    /// Under TLS 1.3 the client is done before the server has looked at its certificate, so a
    /// refused certificate shows as a send or receive error (55, 56) on a fresh connection, with
    /// the alert in the library's words if it was read in time.
    static func failureCode(
        _ code: CURLcode, refusal: CertificateRefusal?, isTooLarge: Bool,
        isFreshConnection: Bool, hasStatus: Bool, libraryText: String
    ) -> PeerFailure.Code {
        if isTooLarge { return .tooLarge }
        switch refusal {
        case .notPinned: return .wrongKey
        case .expired: return .certificateExpired
        case .some: return .certificateRefused
        case nil: break
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return .wrongKey
        case CURLE_PEER_FAILED_VERIFICATION: return .certificateRefused
        case CURLE_ABORTED_BY_CALLBACK: return .cancelled
        case CURLE_SSL_CONNECT_ERROR:
            // A peer that stops, or a link that is cut, in the middle of the handshake.
            let endings = ["SSL_ERROR_SYSCALL", "unexpected eof", "Connection reset"]
            if endings.contains(where: { libraryText.contains($0) }) { return .unreachable }
            return libraryText.contains("alert") && !libraryText.contains("protocol version")
                ? .refusedByPeer : .notTLS
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_URL_MALFORMAT,
            CURLE_OUT_OF_MEMORY,
            CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT:
            return .invalidRequest
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING:
            if libraryText.contains("alert") { return .refusedByPeer }
            return isFreshConnection && !hasStatus ? .refusedByPeer : .unreachable
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING,
            CURLE_HTTP2, CURLE_WRITE_ERROR:
            return .http
        default: return .unreachable
        }
    }
}
