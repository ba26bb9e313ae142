import CCurl

/// An option that the library did not take.
struct CurlOptionFailure: Error {
    let code: CURLcode
}

/// The options of one transfer; `docs/security.md` §4 is the table that this puts into effect.
enum CurlOption {
    /// Turns the library's code into an error.
    static func check(_ code: CURLcode) throws(CurlOptionFailure) {
        guard code == CURLE_OK else { throw CurlOptionFailure(code: code) }
    }

    /// Sets everything on a fresh or reset handle.
    static func apply(
        to transfer: CurlTransfer, limits: PeerClientLimits, remaining: Duration
    ) throws(CurlOptionFailure) {
        try applyGeneral(transfer.easy, limits, remaining)
        try applyRequest(transfer)
        switch transfer.order.destination {
        case .peer(let endpoint, let pin, let proxy):
            try set(transfer.easy, CURLOPT_URL, "https://\(endpoint)\(transfer.order.path)")
            try set(transfer.easy, CURLOPT_PROTOCOLS_STR, "https")
            try applySecurity(transfer.easy, transfer.order.identity, pin)
            if let proxy { try applyProxy(transfer.easy, proxy) }
            try transfer.attachVerifier()
        case .web(let endpoint, let authoritiesFile):
            try set(transfer.easy, CURLOPT_URL, "https://\(endpoint)\(transfer.order.path)")
            try set(transfer.easy, CURLOPT_PROTOCOLS_STR, "https")
            try applyAuthorities(transfer.easy, authoritiesFile)
        case .socket(let path):
            try set(transfer.easy, CURLOPT_URL, "http://localhost\(transfer.order.path)")
            try set(transfer.easy, CURLOPT_PROTOCOLS_STR, "http")
            try set(transfer.easy, CURLOPT_UNIX_SOCKET_PATH, path)
        }
    }

    private static func applyGeneral(
        _ easy: UnsafeMutableRawPointer, _ limits: PeerClientLimits, _ remaining: Duration
    ) throws(CurlOptionFailure) {
        try set(easy, CURLOPT_NOSIGNAL, 1)
        try set(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(easy, CURLOPT_SSL_ENABLE_ALPN, 0)
        try set(easy, CURLOPT_FOLLOWLOCATION, 0)
        try set(easy, CURLOPT_NETRC, 0)
        try set(easy, CURLOPT_PROXY, "")
        try set(easy, CURLOPT_PATH_AS_IS, 1)
        try set(easy, CURLOPT_TCP_NODELAY, 1)
        try set(easy, CURLOPT_TCP_KEEPALIVE, 1)
        try set(easy, CURLOPT_BUFFERSIZE, limits.transferBufferBytes)
        try set(easy, CURLOPT_UPLOAD_BUFFERSIZE, limits.transferBufferBytes)
        try set(easy, CURLOPT_CONNECTTIMEOUT_MS, limits.connectTimeout.wholeMilliseconds)
        try set(easy, CURLOPT_TIMEOUT_MS, remaining.wholeMilliseconds)
        try set(easy, CURLOPT_MAXAGE_CONN, limits.connectionIdleMax.wholeMilliseconds / 1_000)
        try set(easy, CURLOPT_MAXLIFETIME_CONN, limits.connectionAgeMax.wholeMilliseconds / 1_000)
    }

    /// The proxy sees where the connection leads and nothing else: TLS runs inside the tunnel.
    private static func applyProxy(
        _ easy: UnsafeMutableRawPointer, _ proxy: PeerEndpoint
    ) throws(CurlOptionFailure) {
        try set(easy, CURLOPT_PROXY, "http://\(proxy)")
        try set(easy, CURLOPT_HTTPPROXYTUNNEL, 1)
        try set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private static func applyRequest(_ transfer: CurlTransfer) throws(CurlOptionFailure) {
        let order = transfer.order
        // An empty Expect keeps the library from waiting a second for 100 Continue.
        var fields = ["Expect:"] + order.headers.map { "\($0.0): \($0.1)" }
        if order.method == .post {
            try set(transfer.easy, CURLOPT_POST, 1)
            let count = Int64(order.body.count)
            try check(accord_curl_set_large(transfer.easy, CURLOPT_POSTFIELDSIZE_LARGE, count))
            if !order.headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                fields.append("Content-Type: application/octet-stream")
            }
        } else {
            try set(transfer.easy, CURLOPT_HTTPGET, 1)
        }
        let bytesMax = Int64(max(order.responseBytesMax, 1))
        try check(accord_curl_set_large(transfer.easy, CURLOPT_MAXFILESIZE_LARGE, bytesMax))
        try transfer.attach(fields: fields)
    }

    private static func applyProtocol(
        _ easy: UnsafeMutableRawPointer
    ) throws(CurlOptionFailure) {
        let onlyTLS13 = Int(CURL_SSLVERSION_TLSv1_3) | Int(CURL_SSLVERSION_MAX_TLSv1_3)
        try set(easy, CURLOPT_SSLVERSION, onlyTLS13)
        try set(
            easy, CURLOPT_TLS13_CIPHERS,
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256")
        try set(easy, CURLOPT_SSL_EC_CURVES, "X25519:P-256:P-384")
    }

    /// A chain up to an authority, and the host's name. No certificate of this node is shown, and
    /// no session of another connection is taken up.
    private static func applyAuthorities(
        _ easy: UnsafeMutableRawPointer, _ file: String?
    ) throws(CurlOptionFailure) {
        try applyProtocol(easy)
        if let file {
            try set(easy, CURLOPT_CAINFO, file)
            try check(accord_curl_set_string(easy, CURLOPT_CAPATH, nil))
        }
        try set(easy, CURLOPT_SSL_VERIFYPEER, 1)
        try set(easy, CURLOPT_SSL_VERIFYHOST, 2)
        try set(easy, CURLOPT_SSL_SESSIONID_CACHE, 0)
    }

    private static func applySecurity(
        _ easy: UnsafeMutableRawPointer, _ identity: TLSIdentity?, _ pin: KeyFingerprint
    ) throws(CurlOptionFailure) {
        try applyProtocol(easy)
        // Nothing is trusted by a chain: no file of authorities is even read.
        try check(accord_curl_set_string(easy, CURLOPT_CAINFO, nil))
        try check(accord_curl_set_string(easy, CURLOPT_CAPATH, nil))
        try set(easy, CURLOPT_SSL_VERIFYPEER, 1)
        // Names play no part, and a peer may be dialled by address: the key is what is checked.
        try set(easy, CURLOPT_SSL_VERIFYHOST, 0)
        try set(easy, CURLOPT_PINNEDPUBLICKEY, "sha256//\(Base64.text(pin.bytes))")
        guard let identity else { throw CurlOptionFailure(code: CURLE_SSL_CERTPROBLEM) }
        try setBlob(easy, CURLOPT_SSLCERT_BLOB, identity.certificatePEM)
        try set(easy, CURLOPT_SSLCERTTYPE, "PEM")
        try setBlob(easy, CURLOPT_SSLKEY_BLOB, identity.privateKeyPEM)
        try set(easy, CURLOPT_SSLKEYTYPE, "PEM")
    }

    private static func set(
        _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int
    ) throws(CurlOptionFailure) {
        try check(accord_curl_set_long(easy, option, value))
    }

    private static func set(
        _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String
    ) throws(CurlOptionFailure) {
        try check(accord_curl_set_string(easy, option, value))
    }

    private static func setBlob(
        _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ text: String
    ) throws(CurlOptionFailure) {
        let bytes = Array(text.utf8)
        try check(accord_curl_set_blob(easy, option, bytes, bytes.count))
    }
}

extension Duration {
    /// Milliseconds, rounded up, from 1 to what a 32-bit number holds.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let fraction = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        return max(1, Int(seconds) * 1_000 + Int(fraction))
    }
}
