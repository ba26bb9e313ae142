import ControlProtocol
import Testing

@Suite("TimeWindow")
struct TimeWindowTests {
    @Test(
        "reads two times of day and writes them again",
        arguments: [
            ("22:00-06:00", 1_320, 360), ("00:00-24:00", 0, 1_440), ("08:30-08:31", 510, 511),
        ])
    func reads(text: String, first: Int, end: Int) throws {
        let window = try #require(TimeWindow(text: text))
        #expect(window.firstMinute == first)
        #expect(window.endMinute == end)
        #expect(window.description == text)
    }

    @Test("an end at midnight is the end of the day")
    func midnight() {
        #expect(TimeWindow(text: "20:00-00:00") == TimeWindow(text: "20:00-24:00"))
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", "22:00", "22:00-", "-06:00", "22:00-22:00", "24:00-06:00", "22:60-06:00",
            "25:00-06:00", "22:00-24:01", "2:00-06:00", "+2:00-06:00", "22:00-06:00-07:00",
            "22:00 - 06:00", "２2:00-06:00", "00:00-00:00", "22.00-06.00",
        ])
    func refuses(text: String) {
        #expect(TimeWindow(text: text) == nil)
    }

    @Test(
        "holds its first minute and not its end, also past midnight",
        arguments: [
            ("22:00-06:00", 1_320, true), ("22:00-06:00", 0, true), ("22:00-06:00", 359, true),
            ("22:00-06:00", 360, false), ("22:00-06:00", 1_319, false),
            ("08:00-09:00", 480, true), ("08:00-09:00", 540, false),
            ("08:00-09:00", 479, false), ("20:00-00:00", 1_439, true),
            ("20:00-00:00", 0, false), ("00:00-24:00", 0, true), ("00:00-24:00", 1_439, true),
        ])
    func contains(text: String, minute: Int, isWithin: Bool) throws {
        #expect(try #require(TimeWindow(text: text)).contains(minute: minute) == isWithin)
    }
}
