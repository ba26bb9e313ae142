import CCurl
import Testing

@testable import PeerTransport

@Suite("Curl outcome")
struct CurlOutcomeTests {
    static let table: [(CURLcode, CertificateRefusal?, Bool, String, PeerFailure.Code)] = [
        (CURLE_COULDNT_RESOLVE_HOST, nil, true, "", .unreachable),
        (CURLE_COULDNT_CONNECT, nil, true, "", .unreachable),
        (CURLE_OPERATION_TIMEDOUT, nil, true, "", .timedOut),
        (CURLE_PEER_FAILED_VERIFICATION, .notPinned, true, "", .wrongKey),
        (CURLE_SSL_CONNECT_ERROR, .notPinned, true, "alert", .wrongKey),
        (CURLE_SSL_PINNEDPUBKEYNOTMATCH, nil, true, "", .wrongKey),
        (CURLE_PEER_FAILED_VERIFICATION, .expired, true, "", .certificateExpired),
        (CURLE_PEER_FAILED_VERIFICATION, .isAuthority, true, "", .certificateRefused),
        (CURLE_SSL_CONNECT_ERROR, nil, true, "wrong version number", .notTLS),
        (CURLE_SSL_CONNECT_ERROR, nil, true, "tlsv1 alert protocol version", .notTLS),
        (
            CURLE_SSL_CONNECT_ERROR, nil, true,
            "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:1", .unreachable
        ),
        (
            CURLE_SSL_CONNECT_ERROR, nil, true,
            "OpenSSL SSL_connect: Connection reset by peer in connection to h:1", .unreachable
        ),
        (CURLE_SEND_ERROR, nil, true, "", .refusedByPeer),
        (CURLE_RECV_ERROR, nil, true, "tlsv13 alert certificate required", .refusedByPeer),
        (CURLE_RECV_ERROR, nil, false, "", .unreachable),
        (CURLE_GOT_NOTHING, nil, false, "", .unreachable),
        (CURLE_FILESIZE_EXCEEDED, nil, false, "", .tooLarge),
        (CURLE_WEIRD_SERVER_REPLY, nil, true, "", .http),
        (CURLE_SSL_CERTPROBLEM, nil, true, "", .invalidRequest),
    ]

    @Test("the library's codes become ours", arguments: table)
    func codes(
        code: CURLcode, refusal: CertificateRefusal?, isFresh: Bool, text: String,
        expected: PeerFailure.Code
    ) {
        let found = CurlOutcome.failureCode(
            code, refusal: refusal, isTooLarge: false, isFreshConnection: isFresh,
            hasStatus: false, libraryText: text)
        #expect(found == expected)
    }

    @Test("a broken byte limit outranks the library's words")
    func tooLarge() {
        let found = CurlOutcome.failureCode(
            CURLE_WRITE_ERROR, refusal: nil, isTooLarge: true, isFreshConnection: false,
            hasStatus: true, libraryText: "alert")
        #expect(found == .tooLarge)
    }

    @Test("every failure says what to do next", arguments: PeerFailure.Code.allCases)
    func nextSteps(code: PeerFailure.Code) {
        #expect(!PeerFailure(code: code, context: "").nextStep.isEmpty)
    }

    @Test("the text for the second lock is Base64 with padding")
    func base64() {
        #expect(Base64.text([]) == "")
        #expect(Base64.text(Array("f".utf8)) == "Zg==")
        #expect(Base64.text(Array("fo".utf8)) == "Zm8=")
        #expect(Base64.text(Array("foobar".utf8)) == "Zm9vYmFy")
    }

    @Test("time is rounded up to whole milliseconds, at least one")
    func milliseconds() {
        #expect(Duration.zero.wholeMilliseconds == 1)
        #expect(Duration.microseconds(1_001).wholeMilliseconds == 2)
        #expect(Duration.seconds(30).wholeMilliseconds == 30_000)
    }
}
