/// A medication that is stopped for a patient who is known: one line of NDJSON, and urgent.
struct NewStop {
    /// The patient's id.
    let patient: String
    /// Tells one from another.
    let value: Int

    /// The line, with its end.
    var line: String {
        #"{"resourceType":"MedicationRequest","id":"\#(id)","status":"stopped","#
            + #""intent":"order","medicationCodeableConcept":{"text":"\#(title)"},"#
            + #""subject":{"reference":"Patient/\#(patient)"},"#
            + #""authoredOn":"2026-01-02T03:04:05Z"}"# + "\n"
    }

    /// Whether a line of a timeline shows it, stopped.
    func isShown(by line: TimelineAnswer) -> Bool {
        line.display == title && line.status == "stopped"
    }

    private var id: String { "stop-\(value)-\(patient.prefix(8))" }
    private var title: String { "Synthetic medication \(value)" }
}
