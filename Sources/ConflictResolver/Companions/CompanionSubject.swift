import CareRecord
import StrictJSON

/// Whom a resource is about, as its companions refer to it.
struct CompanionSubject: Sendable, Hashable {
    /// A `Reference` without what a reader need not know of the subject.
    let reference: R4Value
    /// Whether it may stand where R4 asks for a patient.
    let isPatient: Bool

    /// The subject that all heads agree on; `nil` if there is none, if it is disputed, or if it is
    /// named in a way that means nothing outside of the resource.
    init?(of view: ResourceView) {
        let root = view.root.part
        if root.kind == "Patient" {
            reference = .object([R4Member("reference", .text("Patient/\(root.entity)"))])
            isPatient = true
            return
        }
        let shape = EntityShape.of(resourceType: root.kind)
        for name in ["subject", "patient"] {
            let facet = shape.facet(of: MemberPath(outer: nil, name: name))
            let siblings = view.root.element(facet)?.siblings ?? []
            let said = siblings.map { sibling in
                sibling.content.value.flatMap { WrittenObject($0) }?.member(name)
            }
            guard let first = said.first ?? nil, said.allSatisfy({ $0?.bytes == first.bytes }),
                let object = first.object, let reference = Self.reference(object)
            else { continue }
            self.reference = reference
            isPatient = name == "patient" || Self.mayBePatient(object)
            return
        }
        return nil
    }

    /// What of a reference names somebody outside of the resource.
    private static func reference(_ object: WrittenObject) -> R4Value? {
        let text = self.text("reference", of: object) ?? ""
        let isLocal = text.isEmpty || text.hasPrefix("#")
        let identifier = object.member("identifier")?.object
        guard !isLocal || identifier?.member("value") != nil else { return nil }
        let members = object.members.filter { member in
            switch member.text {
            case "reference": !isLocal
            case "identifier": member.kind == .object
            case "type": member.kind == .string
            default: false
            }
        }
        return .object(members.map { R4Member($0.name, .written($0.bytes)) })
    }

    /// Whether nothing says that it is of another type.
    private static func mayBePatient(_ object: WrittenObject) -> Bool {
        if let type = text("type", of: object) { return type == "Patient" }
        let path = (text("reference", of: object) ?? "").split(separator: "/")
        return path.count < 2 || path[path.count - 2] == "Patient"
    }

    private static func text(_ name: String, of object: WrittenObject) -> String? {
        object.member(name).flatMap { member in
            JSONDocument.reading(member.bytes).flatMap { $0.string($0.root) }
        }
    }
}
