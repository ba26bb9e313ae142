import CareRecord
import Interchange
import StrictJSON

/// What the references in values lead to.
enum ReferenceTargets {
    /// The targets of a change by the texts of the references in its value.
    static func byText(
        of value: some Collection<UInt8>, _ targets: [ReferenceTarget]
    ) -> [String: ReferenceTarget] {
        guard !targets.isEmpty, let document = WriterState.document(Array(value)[...]) else {
            return [:]
        }
        return Dictionary(
            zip(ReferenceTexts.all(of: document.root, in: document), targets),
            uniquingKeysWith: { first, _ in first })
    }

    /// The targets of a change that carries a value, one for each of its references.
    static func all(
        of value: [UInt8], among targets: [String: ReferenceTarget]
    ) -> [ReferenceTarget] {
        guard !targets.isEmpty, let document = WriterState.document(value[...]) else { return [] }
        return ReferenceTexts.all(of: document.root, in: document)
            .map { targets[$0] ?? .unresolved }
    }
}
