import Interchange
import RecordStore

extension FHIRFailure {
    /// Why an import unit was refused.
    ///
    /// - Parameters:
    ///   - refusal: as the store says it; the log has its entry.
    ///   - type: the resource's type, where the unit is one resource and not an entry of a Bundle.
    ///   - range: where the resource stands in what was read.
    init(
        _ refusal: ImportUnitRefusal, resource type: String? = nil, at range: Range<Int> = 0..<0
    ) {
        let kind = Self.kind(of: refusal.rule)
        self.init(status: kind.status, code: kind.code, diagnostics: refusal.message)
        expression = refusal.path ?? refusal.entry.map { "Bundle.entry[\($0)]" }
        isRecorded = true
        guard let type else { return }
        let prefix = "Bundle.entry[0]"
        let inside = refusal.path.flatMap { path in
            path.hasPrefix(prefix + ".resource.") ? path.dropFirst(prefix.count + 10) : nil
        }
        expression = inside.map { "\(type).\($0)" } ?? type
        if let rule = ImportRefusal.Rule(rawValue: refusal.rule) {
            diagnostics =
                ImportRefusal(
                    rule: rule,
                    offset: refusal.offset.flatMap { offset in
                        range.contains(offset) ? offset - range.lowerBound : nil
                    }, path: expression
                ).message
        } else if diagnostics.hasPrefix(prefix) {
            diagnostics = type + diagnostics.dropFirst(prefix.count)
        }
    }

    /// Why a body is not what import reads.
    init(_ refusal: ImportRefusal) {
        let kind = Self.kind(of: refusal.rule.rawValue)
        self.init(
            status: kind.status, code: kind.code, diagnostics: refusal.message,
            expression: refusal.path)
    }

    /// Status and code of a rule, by its stable name.
    static func kind(of rule: String) -> (status: Int, code: Code) {
        if rule.hasPrefix("json-") { return (400, .structure) }
        return kinds[rule] ?? (400, .invalid)
    }

    private static let kinds: [String: (status: Int, code: Code)] = [
        "method-unsupported": (400, .notSupported),
        "version-condition-unsupported": (400, .notSupported),
        "id-of-another": (400, .value),
        "condition-unsupported": (400, .notSupported),
        "bundle-type-unsupported": (400, .notSupported),
        "duplicate-identity": (400, .duplicate),
        "resource-type-missing": (400, .required),
        "request-missing": (400, .required),
        "resource-missing": (400, .required),
        "compartment-not-allowed": (403, .forbidden),
        "resource-not-held": (404, .notFound),
        "id-in-use": (412, .conflict),
        "version-not-current": (412, .conflict),
        "conditional-reference-not-found": (412, .notFound),
        "conditional-reference-ambiguous": (412, .multipleMatches),
        "array-items": (413, .tooLong),
        "source-id-too-long": (413, .tooLong),
        "resource-too-large": (413, .tooLong),
        "too-many-references": (413, .tooLong),
        "too-many-changes": (413, .tooLong),
        "patient-unresolved": (422, .businessRule),
        "patients-disagree": (422, .businessRule),
        "directory-names-patient": (422, .businessRule),
        "resource-in-another-record": (422, .businessRule),
        "reference-to-nothing": (422, .businessRule),
        "resource-twice": (422, .businessRule),
        "resource-is-computed": (422, .businessRule),
        "resource-is-subset": (422, .businessRule),
        "unmatched-instruction": (422, .businessRule),
        "identity-changed": (422, .businessRule),
    ]
}
