import ControlProtocol

extension SampleAnswers {
    private static let authors = conflict.values.flatMap(\.authors)

    static let history = PlanHistory(
        id: id, total: 5,
        versions: [
            PlanVersion(
                number: 5, kind: "resolved", acceptedMilliseconds: moment,
                authors: conflict.inSight.flatMap(\.authors),
                changedParts: [PlanPart(element: "CarePlan.activity status", part: id)]),
            PlanVersion(
                number: 4, kind: "restated", isDisputed: true, acceptedMilliseconds: moment,
                authors: [authors[1]], changedParts: []),
            PlanVersion(
                number: 3, kind: "changed", isDisputed: true, acceptedMilliseconds: moment - 60_000,
                authors: authors,
                changedParts: [
                    PlanPart(element: "CarePlan heading"),
                    PlanPart(element: "CarePlan.activity status", part: id, isDisputed: true),
                ]),
        ])

    static let difference = PlanDifference(
        id: id, from: history.versions[2], to: history.versions[0],
        parts: [
            PlanPartDifference(
                element: "CarePlan.activity status", part: id,
                before: PlanElement(
                    element: "CarePlan.activity status", part: id, conflictClass: "U",
                    values: conflict.values),
                after: PlanElement(
                    element: "CarePlan.activity status", part: id, values: [conflict.values[0]])),
            PlanPartDifference(
                element: "CarePlan.activity body", part: id,
                after: PlanElement(
                    element: "CarePlan.activity body", part: id, values: conflict.inSight)),
            PlanPartDifference(
                element: "CarePlan existence",
                before: PlanElement(
                    element: "CarePlan existence",
                    values: [
                        ConflictValue(
                            element: "CarePlan existence", text: "(is there)",
                            authors: [authors[1]])
                    ]),
                after: PlanElement(
                    element: "CarePlan existence", state: "ended",
                    values: [
                        ConflictValue(
                            element: "CarePlan existence", text: "(ended)", authors: [authors[0]])
                    ])),
        ])

    static let noDifference = PlanDifference(
        id: id, from: history.versions[2], to: history.versions[1], parts: [])
}
