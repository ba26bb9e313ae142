import ControlProtocol
import Testing

@Suite("LateReason")
struct LateReasonTests {
    @Test("has exactly these codes, which programs and the guide name")
    func codes() {
        #expect(
            LateReason.Code.allCases.map(\.rawValue).sorted() == [
                "backfill", "bandwidth", "cert-expired", "clock", "disk-full", "granting",
                "held-back", "in-flight", "not-announced", "paused", "peer-full", "refused",
                "revoked", "unreachable", "version", "waiting-card", "waiting-erasure",
                "waiting-event", "window",
            ])
    }

    @Test("says in one sentence what it is and what to do", arguments: LateReason.Code.allCases)
    func sentences(code: LateReason.Code) {
        for text in [code.text, code.next] {
            #expect(text.hasSuffix("."))
            #expect(!text.contains("%") && !text.contains("\n"))
            #expect(text.utf8.count <= 100)
        }
        #expect(["event", "stream"].contains(code.noun))
        #expect(
            LateReason(code, count: 3)
                == LateReason(code: code.rawValue, count: 3, text: code.text))
    }
}
