import StrictJSON
import Testing

@testable import Interchange

@Suite struct DateTimeTests {
    @Test(
        "dates end with their year, month or day in UTC, and times are themselves",
        arguments: [
            ("1970", 31_536_000_000), ("1969", 0), ("1970-01", 2_678_400_000),
            ("1969-12", 0), ("1970-01-01", 86_400_000), ("1969-12-31", 0),
            ("2024-02", 1_709_251_200_000), ("2024-02-29", 1_709_251_200_000),
            ("2000-02-29", 951_868_800_000), ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.0019Z", 1), ("1970-01-01T00:00:00.5Z", 500),
            ("1970-01-01T00:00:00.1234567890123456789012Z", 123),
            ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T10:00:00-14:00", 0),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("9999", 253_402_300_800_000),
            ("0001-01-01", -62_135_510_400_000), ("2026-02-28T23:59:30Z", 1_772_323_170_000),
        ] as [(String, Int64)])
    func readable(_ text: String, _ expected: Int64) {
        #expect(DateTimeText.endMilliseconds(of: text) == expected)
    }

    @Test(
        "anything else is not read",
        arguments: [
            "", "197", "19700", "0000", "1970-", "1970-1", "1970-00", "1970-13", "1970-01-",
            "1970-01-00", "1970-01-32", "1970-02-29", "1900-02-29", "1970-04-31", "1970-01-01T",
            "1970-01-01T00:00Z", "1970-01-01T00:00:00", "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00+14:01", "1970-01-01T00:00:00+0100", "1970-01-01 00:00:00Z",
            "1970-01-01t00:00:00z", " 1970", "1970 ", "-1970", "+1970", "١٩٧٠",
        ])
    func unreadable(_ text: String) {
        #expect(DateTimeText.endMilliseconds(of: text) == nil)
    }

    @Test("every day from 1600 to 2400 follows the day before it")
    func days() throws {
        var last: Int64?
        for year in 1_600...2_400 {
            for month in 1...12 {
                for day in 1...31 {
                    let text =
                        "\(year)-" + (month < 10 ? "0" : "") + "\(month)-" + (day < 10 ? "0" : "")
                        + "\(day)"
                    guard let end = DateTimeText.endMilliseconds(of: text) else { continue }
                    if let last { try #require(end == last + 86_400_000) }
                    last = end
                }
            }
        }
        #expect(last == DateTimeText.endMilliseconds(of: "2400"))
    }
}
