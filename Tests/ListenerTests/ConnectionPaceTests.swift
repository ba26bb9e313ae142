import NIOCore
import Testing

@testable import SiteNode

@Suite("Connection pace")
struct ConnectionPaceTests {
    /// A virtual clock's reading, in seconds.
    static func second(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(0) + .seconds(seconds)
    }

    @Test("the first header counts from the connection's start, handshake included")
    func firstHeader() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(100))
        #expect(pace.deadline == Self.second(110))
        pace.bytesArrived(now: Self.second(109))
        #expect(pace.deadline == Self.second(110))
    }

    @Test("a later header counts from its first byte, and silence before it is idleness")
    func laterHeader() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        pace.headerEnded(now: Self.second(1))
        pace.requestEnded()
        pace.answerWritten(bytes: 10, now: Self.second(2))
        pace.answerSent(now: Self.second(3))
        #expect(pace.deadline == Self.second(63))
        pace.bytesArrived(now: Self.second(50))
        #expect(pace.deadline == Self.second(60))
        pace.bytesArrived(now: Self.second(55))
        #expect(pace.deadline == Self.second(60))
    }

    @Test("a body has five seconds, then a second for each KiB")
    func slowBody() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        pace.headerEnded(now: Self.second(1))
        #expect(pace.deadline == Self.second(6))
        pace.bodyArrived(bytes: 5 * 1_024)
        #expect(pace.deadline == Self.second(6))
        pace.bodyArrived(bytes: 15 * 1_024)
        #expect(pace.deadline == Self.second(21))
    }

    @Test("our own turn has no deadline")
    func parked() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        pace.headerEnded(now: Self.second(1))
        pace.requestEnded()
        #expect(pace.deadline == nil)
    }

    @Test("once the node stops an answer is read within five seconds, whenever it was written")
    func stopping() {
        for isWrittenBefore in [true, false] {
            var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
            #expect(!pace.isReading)
            pace.bytesArrived(now: Self.second(0))
            #expect(pace.isReading)
            pace.headerEnded(now: Self.second(0))
            #expect(pace.isReading)
            pace.requestEnded()
            #expect(!pace.isReading)
            if isWrittenBefore { pace.answerWritten(bytes: 1 << 20, now: Self.second(10)) }
            pace.stopping(now: Self.second(20))
            if !isWrittenBefore {
                #expect(pace.deadline == nil)
                pace.answerWritten(bytes: 1 << 20, now: Self.second(20))
            }
            #expect(pace.deadline == Self.second(25))
        }
    }

    @Test("reading our answer may take a minute, or longer when it is long")
    func sending() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        pace.headerEnded(now: Self.second(0))
        pace.requestEnded()
        pace.answerWritten(bytes: 1_024, now: Self.second(10))
        #expect(pace.deadline == Self.second(70))
        var long = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        long.headerEnded(now: Self.second(0))
        long.requestEnded()
        long.answerWritten(bytes: 1_024 * 1_024, now: Self.second(10))
        #expect(long.deadline == Self.second(1_034))
    }

    @Test("requests are taken one at a time, and none after closing")
    func oneAtATime() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        #expect(pace.acceptsRequest)
        pace.headerEnded(now: Self.second(0))
        #expect(!pace.acceptsRequest)
        pace.requestEnded()
        #expect(!pace.acceptsRequest)
        pace.answerWritten(bytes: 0, now: Self.second(0))
        #expect(pace.acceptsRequest)
        pace.closing(now: Self.second(5))
        #expect(!pace.acceptsRequest)
        #expect(pace.deadline == Self.second(7))
        pace.closing(now: Self.second(6))
        #expect(pace.deadline == Self.second(7))
    }

    @Test("a refusal is written first, then the client may finish reading")
    func refusing() {
        var pace = ConnectionPace(limits: DoorLimits(), now: Self.second(0))
        pace.headerEnded(now: Self.second(0))
        pace.refused(now: Self.second(1))
        #expect(pace.deadline == Self.second(11))
        pace.answerSent(now: Self.second(4))
        #expect(pace.deadline == Self.second(6))
    }
}
