/// A measurement that arrives for a patient who is known: one line of NDJSON.
struct NewObservation {
    /// The patient's id.
    let patient: String
    /// Tells one from another.
    let value: Int

    /// Its id at the source, which no other patient's measurement has.
    private var id: String { "synthetic-\(value)-\(patient.prefix(8))" }

    /// What the timeline calls it.
    var title: String { "Synthetic measurement \(value)" }

    /// The line, with its end.
    var line: String { line(labels: "") }

    /// The line of a measurement in the compartment for mental health.
    var privateLine: String {
        line(
            labels: #""meta":{"security":[{"#
                + #""system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","#
                + #""code":"PSY"}]},"#)
    }

    private func line(labels: String) -> String {
        #"{"resourceType":"Observation","id":"\#(id)",\#(labels)"status":"final","#
            + #""code":{"text":"\#(title)"},"subject":{"reference":"Patient/\#(patient)"},"#
            + #""effectiveDateTime":"2026-01-02T03:04:05Z","valueInteger":\#(value)}"# + "\n"
    }
}
