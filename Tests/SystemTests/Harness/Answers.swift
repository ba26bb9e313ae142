import Foundation

// What the tests read of the JSON that `accord --format json` prints. Written from the output, not
// shared with the programs, so that a renamed member is noticed.

/// `accord status`.
struct StatusAnswer: Decodable {
    let site: String
    let name: String
    let fingerprint: String
    let patients: Int
    let resources: Int
    let events: Int
    let eventsOnlyHere: Int
    let pending: Int
    let quarantine: Int
    let clock: Clock
    let alarms: [Alarm]
    let peers: [Peer]

    struct Clock: Decodable {
        let state: String
        let offMilliseconds: Int64?
    }

    struct Alarm: Decodable {
        let code: String
        let text: String
    }

    struct Peer: Decodable {
        let name: String
        let state: String
        let lastContactMilliseconds: Int64?
        let exactlyInStepMilliseconds: Int64?
        let isInStep: Bool
        let queued: Queue
        let theirQueuedEvents: Int?
        let reasons: [Reason]
        let clockAheadMilliseconds: Int64?
        let withdrawalsOpen: Int
        let lastRefusal: String?
    }

    struct Queue: Decodable {
        let urgentEvents: Int
        let currentEvents: Int
        let backfillEvents: Int

        /// Events of all lanes.
        var events: Int { urgentEvents + currentEvents + backfillEvents }
    }

    struct Reason: Decodable {
        let code: String
        let count: Int
    }

    /// Whether nothing waits here, and every peer holds exactly what it shares with this site.
    var isInStep: Bool {
        pending == 0 && peers.allSatisfy { $0.isInStep && $0.queued.events == 0 }
    }

    /// Counts of what is held, for comparing before and after.
    var held: [Int] { [patients, resources, events, pending, quarantine] }
}

/// `accord import`.
struct ImportAnswer: Decodable {
    let files: [File]
    let total: Total

    struct File: Decodable {
        let path: String
        let problem: String?
        let refused: [Unit]
        let summary: Total
    }

    struct Unit: Decodable {
        let position: Int
        let refusal: Refusal?
    }

    struct Refusal: Decodable {
        let rule: String
        let entry: Int?
        let message: String
    }

    struct Total: Decodable, Equatable {
        let units: Int
        let applied: Int
        let alreadyImported: Int
        let refused: Int
        let resources: Int
        let created: Int
        let changed: Int
        let unchanged: Int
    }
}

/// An item of `accord patient find`.
struct PatientAnswer: Decodable, Equatable {
    let id: String
    let displayName: String
    let birthDate: String?
    let homeSite: String
    let isOwn: Bool
}

/// `accord patient show`.
struct RecordAnswer: Decodable {
    let compartments: [Compartment]

    struct Compartment: Decodable, Hashable {
        let name: String
        let resourcesByType: [Count]
    }

    struct Count: Decodable, Hashable {
        let type: String
        let count: Int
    }

    /// Resources in all compartments.
    var resources: Int { compartments.flatMap(\.resourcesByType).map(\.count).reduce(0, +) }
}

/// An item of `accord patient timeline`.
struct TimelineAnswer: Decodable, Hashable {
    let date: String?
    let type: String
    let id: String
    let display: String?
    let status: String?
}

/// An item of `accord plan show`.
struct PlanAnswer: Decodable, Equatable {
    var id: String
    let title: String?
    let status: String?
    let goals: [String]
    let activities: [Activity]
    var conflicts: [String]
    var resource: String

    struct Activity: Decodable, Equatable {
        let description: String
        let status: String?
    }
}
