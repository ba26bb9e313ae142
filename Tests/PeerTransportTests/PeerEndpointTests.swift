import PeerTransport
import Testing

@Suite("Peer endpoint")
struct PeerEndpointTests {
    @Test(
        "an endpoint is read and written alike",
        arguments: ["example.org:8443", "10.0.0.1:1", "[::1]:65535", "[2001:db8::2]:443"])
    func roundTrip(text: String) {
        #expect(PeerEndpoint(text: text)?.description == text)
    }

    @Test(
        "what could change a URL is not an endpoint",
        arguments: [
            "", ":443", "host", "host:", "host:0", "host:65536", "host:+1", "a b:1", "a/b:1",
            "user@host:1", "host:1:2", "::1:443", "[host]:443", "[::1]", "a?b:1", "a#b:1", "-x:1",
            "[::1%eth0]:1", "a%41:1", "höst:1",
        ])
    func refused(text: String) {
        #expect(PeerEndpoint(text: text) == nil)
    }

    @Test("host names compare without regard to case")
    func letterCase() {
        #expect(PeerEndpoint(text: "EXAMPLE.org:1") == PeerEndpoint(text: "example.ORG:1"))
    }
}
