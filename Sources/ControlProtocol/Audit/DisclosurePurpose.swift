/// A purpose of use (HL7 v3-PurposeOfUse), and whether disclosures for it count in an accounting of
/// disclosures (45 CFR 164.528(a)(1)).
///
/// The log records every purpose alike; this table is applied by the report only, so a change of law
/// changes no entry. `docs/auditing.md` shows the same rows.
public struct DisclosurePurpose: Sendable, Hashable {
    /// The code.
    public var code: String
    /// What it means.
    public var text: String
    /// The exception of 164.528(a)(1) that it falls under; `nil` for one that counts.
    public var exception: String?

    /// Whether disclosures for it count.
    public var counts: Bool { exception == nil }

    /// Every purpose that the table knows, ascending by code; any other one counts.
    public static let table: [DisclosurePurpose] = [
        .init("CAREMGT", "care management", "(i) treatment"),
        .init("CLINTRL", "clinical trial", nil),
        .init("COVERAGE", "coverage under a policy", "(i) payment"),
        .init("DISASTER", "disaster relief", nil),
        .init("ETREAT", "emergency treatment", "(i) treatment"),
        .init("FAMRQT", "request of the family", "(v) persons involved in care"),
        .init("HCOMPL", "compliance and oversight", nil),
        .init("HDIRECT", "facility directory", "(v) directory"),
        .init("HLEGAL", "legal proceedings", nil),
        .init("HMARKT", "marketing", nil),
        .init("HOPERAT", "health care operations", "(i) operations"),
        .init("HPAYMT", "payment", "(i) payment"),
        .init("HQUALIMP", "quality improvement", "(i) operations"),
        .init("HRESCH", "research", nil),
        .init("PATRQT", "request of the patient", "(ii) the individual"),
        .init("PUBHLTH", "public health", nil),
        .init("PWATRNY", "request under a power of attorney", "(ii) the individual"),
        .init("THREAT", "threat to health or safety", nil),
        .init("TRAIN", "training", "(i) operations"),
        .init("TREAT", "treatment", "(i) treatment"),
    ]

    /// The purpose of a code; one that the table does not know counts.
    public static func of(_ code: String?) -> DisclosurePurpose {
        guard let code, code != "none" else {
            return DisclosurePurpose("none", "no purpose was recorded", nil)
        }
        return table.first { $0.code == code } ?? DisclosurePurpose(code, code, nil)
    }

    private init(_ code: String, _ text: String, _ exception: String?) {
        self.code = code
        self.text = text
        self.exception = exception
    }
}
