import Testing

/// What a site shows of some patients: everything that must be equal at sites that are in step,
/// and, but for ids, after runs that should end alike.
struct Holdings {
    /// By an identifier of each patient.
    private(set) var patients: [String: Patient] = [:]

    struct Patient: Equatable {
        var counts: Set<RecordAnswer.Compartment>
        var timeline: [TimelineAnswer]
        var plans: [PlanAnswer]
    }

    /// Reads what a site holds.
    ///
    /// - Parameter identifiers: those of the patients; each must find exactly one.
    static func read(_ identifiers: [String], at site: Site) async throws -> Holdings {
        var holdings = Holdings()
        for identifier in identifiers {
            let id = try await site.patient(identifier).id
            let plans = try await site.plans(of: id)
            holdings.patients[identifier] = Patient(
                counts: Set(try await site.record(of: id).compartments),
                timeline: try await site.timeline(of: id).sorted { $0.id < $1.id },
                plans: plans.sorted { $0.id < $1.id })
        }
        return holdings
    }

    /// Without the ids that a site mints: those of two runs differ.
    var anonymous: Holdings {
        var holdings = self
        holdings.patients = patients.mapValues(\.anonymous)
        return holdings
    }

    /// How many resources there are in all.
    var resources: Int { patients.values.map(\.timeline.count).reduce(0, +) }

    /// Expects two sites to show the same; names the patients of whom they do not.
    static func expectEqual(
        _ left: Holdings, _ right: Holdings, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            left.patients.keys.sorted() == right.patients.keys.sorted(),
            sourceLocation: sourceLocation)
        for (identifier, patient) in left.patients.sorted(by: { $0.key < $1.key }) {
            let other = right.patients[identifier]
            let hasEqualCounts = patient.counts == other?.counts
            let hasEqualTimeline = patient.timeline == other?.timeline
            let hasEqualPlans = patient.plans == other?.plans
            #expect(hasEqualCounts, "\(identifier)", sourceLocation: sourceLocation)
            #expect(hasEqualTimeline, "\(identifier)", sourceLocation: sourceLocation)
            #expect(hasEqualPlans, "\(identifier)", sourceLocation: sourceLocation)
        }
    }
}

extension Holdings.Patient {
    fileprivate var anonymous: Holdings.Patient {
        var patient = self
        patient.timeline = timeline.map(\.anonymous).sorted { $0.line < $1.line }
        patient.plans = plans.map(\.anonymous).sorted { $0.line < $1.line }
        return patient
    }
}

extension TimelineAnswer {
    fileprivate var anonymous: TimelineAnswer {
        TimelineAnswer(date: date, type: type, id: "", display: display, status: status)
    }

    fileprivate var line: String {
        [date, type, display, status].map { $0 ?? "" }.joined(separator: "\t")
    }
}

extension PlanAnswer {
    fileprivate var anonymous: PlanAnswer {
        var plan = self
        (plan.id, plan.conflicts, plan.resource) = ("", [], "")
        return plan
    }

    fileprivate var line: String {
        ([title ?? ""] + goals + activities.map(\.description)).joined(separator: "\t")
    }
}
