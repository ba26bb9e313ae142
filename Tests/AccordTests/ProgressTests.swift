import ControlProtocol
import Testing

@testable import ControlClient

@Suite("presentation of progress")
struct ProgressTests {
    @Test("a peer is in step now only while it is spoken to")
    func inStep() {
        #expect(SampleAnswers.hospital.exactlyInStep.text == "now")
        var gone = SampleAnswers.hospital
        gone.state = .unreachable
        #expect(gone.exactlyInStep.text == "2026-11-22 03:28")
        gone.isInStep = false
        gone.exactlyInStepMilliseconds = nil
        #expect(gone.exactlyInStep.text == "never")
    }

    @Test("every reason that is known is shown with its count and what to do")
    func reasons() {
        var peer = SampleAnswers.hospital
        peer.reasons = LateReason.Code.allCases.map { LateReason($0, count: 2) }
        let lines = WaitingLine.all(of: peer)
        #expect(lines.count == LateReason.Code.allCases.count)
        for (line, code) in zip(lines, LateReason.Code.allCases) {
            #expect(line.figure == "2 \(code.noun)s")
            #expect(line.text == "\(code.rawValue): \(code.text)")
            #expect(line.next == code.next)
        }
    }

    @Test("a reason of a later release is shown as it came, without advice")
    func unknown() {
        var peer = SampleAnswers.hospital
        peer.reasons = [LateReason(code: "new", count: 0, text: "Something.")]
        let line = WaitingLine.all(of: peer).first
        #expect(line?.text == "new: Something.")
        #expect(line?.figure == "")
        #expect(line?.next == nil)
    }

    @Test("a clock that is behind reads so")
    func clockBehind() {
        var peer = SampleAnswers.hospital
        peer.clockAheadMilliseconds = -125_000
        let line = WaitingLine.all(of: peer).first
        #expect(line?.figure == "2 min 5 s")
        #expect(line?.text == "clock-suspect: The peer's clock is behind this node's by that much.")
    }

    @Test("withdrawals are listed with the peers that were told of them")
    func overview() {
        let all = ShareOverview(
            agreements: SampleAnswers.agreements, withdrawals: SampleAnswers.withdrawals)
        #expect(all.withdrawals.map(\.withdrawal) == [2, 1])
        let clinic = ShareOverview(
            agreements: [], withdrawals: SampleAnswers.withdrawals, peer: "clinic")
        #expect(clinic.withdrawals.map(\.withdrawal) == [2])
        let hospital = ShareOverview(
            agreements: [], withdrawals: SampleAnswers.withdrawals, peer: "hospital")
        #expect(hospital.withdrawals.map(\.withdrawal) == [2, 1])
    }

    @Test("of many sessions the table shows the latest")
    func sessions() throws {
        var peer = SampleAnswers.peer
        peer.sessions = (0..<50).map { number in
            var session = SampleAnswers.peer.sessions[1]
            session.end = "end-\(number)"
            return session
        }
        let presentation = Presentation.peer(peer)
        let text = try presentation.rendered(as: .table)
        #expect(text.contains("end-9"))
        #expect(!text.contains("end-10"))
        #expect(try presentation.rendered(as: .json).contains("end-49"))
    }
}
