import CareRecord

@testable import ConflictResolver

/// Each facet of the table with two concurrent values; statuses are in ``StatusCases``.
enum ElementCases {
    static var all: [MergeCase] { EntityShape.table.flatMap { cases($0, in: $0) } + [other] }

    private static func cases(_ shape: EntityShape, in resource: EntityShape) -> [MergeCase] {
        shape.facets.compactMap { item($0, of: shape, in: resource) }
            + shape.inner.flatMap { cases($0.shape, in: resource) }
    }

    /// One site writes all of the entity, and two others the facet.
    private static func item(
        _ facet: FacetShape, of shape: EntityShape, in resource: EntityShape
    ) -> MergeCase? {
        if case .status = facet.rule { return nil }
        let name = "\(shape.entityType)-\(facet.facet)"
        var item = MergeCase(name, "two values, apart", resource.entityType)
        var part: Part?
        if shape != resource {
            item.whole(1, #"{"resourceType":"\#(resource.entityType)"}"#)
            // Only what stands in an activity has a holder in its name.
            let isDeep = shape.entityType.split(separator: ".").count > 2
            let activity = isDeep ? item.part("CarePlan.activity", id: 1) : nil
            part = item.part(shape.entityType, id: 2, in: activity)
        }
        let first = item.write(1, of: part, "*", value(facet, "x"), .create)
        for (site, text) in [(2, "a"), (3, "b")] as [(UInt64, String)] {
            item.write(site, of: part, facet.facet.name, value(facet, text), ends: [first])
        }
        return item
    }

    /// A value of a facet: its first member, which says some text.
    private static func value(_ facet: FacetShape, _ text: String) -> String {
        guard let member = facet.members.first else { return #"{"text":"\#(text)"}"# }
        let name = member.name.replacing("[x]", with: "String")
        var text = text
        if case .severity(let codes) = facet.rule { text = codes[text == "a" ? 2 : 0] }
        let inner = #"{"\#(name)":"\#(text)"}"#
        return member.outer.map { #"{"\#($0)":\#(inner)}"# } ?? inner
    }

    private static var other: MergeCase {
        var item = MergeCase("other-type", "a type that is not listed is one value", "Procedure")
        item.whole(1, #"{"resourceType":"Procedure","id":"p","status":"completed","meta":{}}"#)
        item.whole(2, #"{"resourceType":"Procedure","id":"q","status":"not-done","meta":{}}"#)
        return item
    }
}
