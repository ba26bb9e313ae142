import Testing

@testable import SamplePatients

@Suite("JSON writer")
struct JSONWriterTests {
    private func text(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }

    @Test("quotes, backslashes and control characters are escaped, everything else is UTF-8")
    func escaping() {
        #expect(text("a\"b\\c\n\r\t\u{1}\u{1f}é/") == #""a\"b\\c\n\r\t\u0001\u001fé/""#)
    }

    @Test("members keep their order and absent ones are left out")
    func members() {
        #expect(
            text(["b": 1, "a": .absent, "c": [true, .absent, "x"]]) == #"{"b":1,"c":[true,"x"]}"#)
        #expect(text(["a": .absent, "b": 2]) == #"{"b":2}"#)
    }

    @Test("a decimal keeps its trailing zeros and its sign")
    func decimals() {
        #expect(text(.decimal(50, places: 1)) == "5.0")
        #expect(text(.decimal(7, places: 2)) == "0.07")
        #expect(text(.decimal(-1_250, places: 2)) == "-12.50")
        #expect(text(.decimal(98, places: 0)) == "98")
    }

    @Test("base64 pads as RFC 4648 §10 shows")
    func base64() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
        for (plain, encoded) in vectors {
            #expect(FHIRShape.base64(plain) == encoded)
        }
    }

    @Test("dates follow the Gregorian calendar and summer time")
    func calendar() {
        #expect(CalendarTime(seconds: 0).dateTime == "1970-01-01T00:00:00+00:00")
        #expect(CalendarTime(seconds: -1).date == "1969-12-31")
        #expect(CalendarTime(year: 2024, month: 2, day: 29).adding(days: 1).date == "2024-03-01")
        #expect(CalendarTime.now.dateTime == "2026-06-30T13:00:00+01:00")
    }
}
