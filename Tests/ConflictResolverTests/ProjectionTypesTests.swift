import Testing

@testable import ConflictResolver

@Suite("R4 types of a projection")
struct ProjectionTypesTests {
    /// Members that no extension can carry under a type.
    private static let untyped: Set = ["contained", "extension", "meta", "text", "language"]

    @Test("every member that a facet names has a type, and every entity one or a table")
    func facetsAreTyped() {
        for shape in EntityShape.table {
            Self.check(shape)
            for inner in shape.inner { Self.check(inner.shape) }
        }
    }

    private static func check(_ shape: EntityShape) {
        for facet in shape.facets {
            for path in facet.members where !untyped.contains(path.name) {
                let kind = path.outer.map { "\(shape.entityType).\($0)" } ?? shape.entityType
                let name = path.name.replacing("[x]", with: "String")
                let concept = path.name.replacing("[x]", with: "CodeableConcept")
                let types = R4Types.of(kind)
                #expect(
                    types?.member(name) != nil || types?.member(concept) != nil,
                    "\(kind).\(path.name)")
            }
        }
        for inner in shape.inner {
            let kind = inner.shape.entityType
            #expect(R4Types.itemType(of: kind) != nil || R4Types.of(kind) != nil, "\(kind)")
            #expect(R4Types.isBackbone(kind) == (R4Types.itemType(of: kind) == nil), "\(kind)")
        }
    }

    @Test(
        "a choice is of the type that its name says",
        arguments: [
            ("Goal", "startDate", "date"), ("Goal.target", "detailQuantity", "Quantity"),
            ("Goal.target", "detailInteger", "integer"), ("Condition", "onsetAge", "Age"),
            ("CarePlan.activity.detail", "scheduledTiming", "Timing"),
            ("MedicationRequest", "reportedBoolean", "boolean"),
            ("CarePlan.activity.detail", "productReference", "Reference"),
        ])
    func choices(kind: String, name: String, type: String) {
        #expect(R4Types.of(kind)?.member(name)?.type == type)
        #expect(R4Types.of(kind)?.member(name + "x") == nil)
    }

    @Test(
        "moments of R4",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_827_696_789, "2000-02-29T12:34:56.789Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_001, nil), (253_402_300_800_000, nil), (Int64.max, nil),
        ] as [(Int64, String?)])
    func instants(milliseconds: Int64, text: String?) {
        #expect(R4Text.instant(milliseconds: milliseconds) == text)
    }

    @Test("base 64", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")])
    func base64(text: String, encoded: String) {
        #expect(R4Text.base64(Array(text.utf8)) == encoded)
    }
}
