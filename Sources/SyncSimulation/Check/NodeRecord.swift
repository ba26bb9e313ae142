import AuditTrail
import CareRecord
import RecordStore
import SimulationModel

/// What the checker knows of one node: the model of it, and what it last saw of its store.
struct NodeRecord {
    var store: ModelStore
    var policy = ModelPolicy()
    /// The store as it was last seen; without events and audit entries.
    var seen = StoreSnapshot()
    /// The feed position of each event that is held, by its place in the model.
    var positions: [UInt64] = []
    /// The number of the next audit entry.
    var nextAudit: UInt64 = 0
    /// Disclosures whose audit entries were not seen yet: how many events by session and delivery.
    var disclosed: [AuditLine.Delivery: Int] = [:]
    /// The same of deliveries that were received.
    var received: [AuditLine.Delivery: Int] = [:]
    /// Numbers that its sessions have given to deliveries.
    var numbered: Set<AuditLine.Delivery> = []

    /// Heads that the node has cosigned, in their order.
    var cosigned: [LogHead] = []

    /// What its store was asked to do and has not answered.
    var unfinished: Unfinished?
    /// Logs of which it cosigned a head when the power went: it may know larger ones than are known
    /// here, until it cosigns the next.
    var mayHaveCosigned: Set<String> = []

    /// Streams that the node is ordered to erase just now.
    var ordered: [StreamID] = []
    /// Events that waited, and were destroyed by such an order.
    var forgotten: [ModelEvent] = []

    init(site: SiteID) {
        store = ModelStore(site: site)
    }

    /// The position of the newest event.
    var head: UInt64 { positions.last ?? 0 }
}

/// What is read of one audit entry.
struct AuditLine {
    /// One direction of one delivery of one session.
    struct Delivery: Hashable {
        let isOut: Bool
        let session: String
        let number: UInt64
    }

    /// Of a disclosure, which delivery it is about.
    let delivery: Delivery?
    /// How many events it speaks of.
    let events: Int

    /// Reads the few members that count here, in the fixed form of `AuditEntryEncoder`.
    init(_ entry: [UInt8]) {
        let text = String(decoding: entry, as: UTF8.self)
        let kind = Self.value(of: "kind", in: text)
        events = Self.value(of: "events", in: text).flatMap { Int($0) } ?? 0
        let isOut = kind == "disclose-out"
        guard isOut || kind == "disclose-in",
            let session = Self.value(of: "session", in: text),
            let number = Self.value(of: "delivery", in: text).flatMap({ UInt64($0) })
        else {
            delivery = nil
            return
        }
        delivery = Delivery(isOut: isOut, session: session, number: number)
    }

    private static func value(of name: String, in text: String) -> String? {
        guard let range = text.firstRange(of: "\"\(name)\":") else { return nil }
        let rest = text[range.upperBound...].drop { $0 == "\"" }
        return String(rest.prefix { $0 != "\"" && $0 != "," && $0 != "}" })
    }
}
