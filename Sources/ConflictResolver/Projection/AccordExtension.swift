/// The names that a projection uses beside those of R4.
public enum AccordExtension: String, Sendable, Hashable, CaseIterable {
    /// Several values of class H or U, none of which holds; in a warning the most warning one does.
    case disputed
    /// Values beside the one that is shown.
    case siblings
    /// What was written and cannot stand in its place: unreadable, unknown, or where R4 allows no
    /// such member.
    case unplaced
    /// Ended, and shown because something about it is open.
    case ended
    /// Entered in error; what was written stays readable.
    case retracted

    /// Where the definitions of extensions stand.
    public static let base = "https://accord.example/fhir/StructureDefinition/"

    /// The URL that names it.
    public var url: String { Self.base + rawValue }

    /// The code system of the tag that a resource with open conflicts carries.
    public static let tagSystem = "https://accord.example/fhir/CodeSystem/record-state"
    /// The code of that tag.
    public static let tagCode = "unresolved-conflict"
    /// R4's own: why a value is missing.
    static let absentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
}

extension R4Value {
    /// An extension with a value.
    ///
    /// - Parameters:
    ///   - type: a type that `Extension.value[x]` can be.
    ///   - beside: of a primitive, the object of its own extensions.
    static func `extension`(
        _ url: String, _ type: String, _ value: R4Value, beside: [UInt8]? = nil
    ) -> R4Value {
        let name = "value" + type.prefix(1).uppercased() + type.dropFirst()
        let own = beside.map { [R4Member("_" + name, .written($0))] } ?? []
        return .object(own + [R4Member("url", .text(url)), R4Member(name, value)])
    }

    /// An extension that is made of others.
    static func `extension`(_ url: String, _ parts: [R4Value]) -> R4Value {
        .object([R4Member("extension", .list(parts)), R4Member("url", .text(url))])
    }

    /// An object that says only that there is no value.
    static let absent = R4Value.object([
        R4Member(
            "extension",
            .list([.extension(AccordExtension.absentReason, "code", .text("unknown"))]))
    ])
}
