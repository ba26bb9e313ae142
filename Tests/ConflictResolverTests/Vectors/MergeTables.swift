import CareRecord

@testable import ConflictResolver

/// The tables of the resolver as data, for `Protocols/vectors/merge/tables.json`.
enum MergeTables {
    static var written: WrittenJSON {
        .members([
            ("file", .text("tables")), ("specification", .text("merge-v1.md")),
            ("about", .text("How resources come apart, ranks of statuses, and urgent content.")),
            ("shapes", .list(EntityShape.table.map(shape))),
            ("other", shape(.of(resourceType: "Other"))),
            ("ranks", .list(ranks.map(rank))),
            (
                "urgent",
                .members([
                    ("system", .text("\(Medicines.atc)")),
                    ("groups", .texts(Medicines.criticalGroups)),
                ])
            ),
            (
                "advanceDecisions",
                .members([
                    (
                        "members",
                        .object(
                            AdvanceDecisions.documents.sorted().map { type in
                                let members = AdvanceDecisions.members(of: type)
                                return (type, .texts(members.map(\.description)))
                            })
                    ),
                    (
                        "codes",
                        .list(
                            AdvanceDecisions.codes.map {
                                .texts([$0.system.description, $0.code.description])
                            })
                    ),
                ])
            ),
        ])
    }

    private static let ranks: [(name: String, rank: StatusRank)] = [
        ("carePlan", .carePlan), ("careTeam", .careTeam), ("activity", .activity),
        ("medicine", .medicine), ("goal", .goal), ("warning", .warning),
        ("verification", .verification),
    ]

    private static func rank(_ item: (name: String, rank: StatusRank)) -> WrittenJSON {
        .members([
            ("name", .text(item.name)), ("groups", .list(item.rank.groups.map { .texts($0) })),
            ("restraining", .number(item.rank.restraining)),
        ])
    }

    private static func shape(_ shape: EntityShape) -> WrittenJSON {
        .members([
            ("type", .text(shape.entityType)), ("existence", .text("\(shape.existence)")),
            ("facets", .list(shape.facets.map(facet))),
            (
                "inner",
                .list(
                    shape.inner.map { inner in
                        .members([
                            ("member", .text(inner.member)), ("shape", Self.shape(inner.shape)),
                        ])
                    })
            ),
        ])
    }

    private static func facet(_ facet: FacetShape) -> WrittenJSON {
        .members(
            [
                ("facet", .text(facet.facet.name)),
                ("members", .texts(facet.members.map(\.description))),
            ] + rule(facet.rule))
    }

    private static func rule(_ rule: ElementRule) -> [(String, WrittenJSON?)] {
        switch rule {
        case .presentation, .first, .latest, .instruction, .performer:
            [("rule", .text("\(rule)"))]
        case .all(let conflictClass):
            [("rule", .text("all")), ("class", .text(conflictClass.letter))]
        case .severity(let codes): [("rule", .text("severity")), ("codes", .texts(codes))]
        case .status(let rule):
            [
                ("rule", .text("status")), ("codeMembers", .texts(rule.members.map(\.description))),
                (
                    "ranks",
                    .texts(
                        rule.ranks.compactMap { rank in
                            ranks.first { $0.rank == rank }?.name
                        })
                ), ("tension", .text("\(rule.tension)")),
            ]
        }
    }
}
