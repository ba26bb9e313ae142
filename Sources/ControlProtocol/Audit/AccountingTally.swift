/// Makes an accounting from the entries of one patient, in their order; it keeps no entry.
///
/// A disclosure is what went to one recipient for one purpose in one session, however many entries
/// tell of it.
public struct AccountingTally: Sendable {
    private struct Key: Hashable {
        let recipient: String
        let purpose: String
        /// Empty where the disclosures of a recipient and purpose share a row.
        let session: String
    }

    private struct Group {
        var row: AccountingRow
        var sessions: Set<String>
        var compartments: Set<String> = []
        var types: [String: Int] = [:]
        var bases: Set<String> = []
    }

    private let query: AccountingQuery
    private let period: Range<Int64>
    private let addresses: [String: String]
    private let suspended: Set<String>
    private var groups: [Key: Group] = [:]
    private var sessionsNotCounted: [String: Set<String>] = [:]

    /// Counts nothing yet.
    ///
    /// - Parameters:
    ///   - period: the moments that count, in milliseconds since 1970 UTC.
    ///   - addresses: postal addresses by site, for entries without one.
    ///   - suspended: sites to which no disclosure is told of, unless the query says otherwise.
    public init(
        _ query: AccountingQuery, period: Range<Int64>, addresses: [String: String] = [:],
        suspended: Set<String> = []
    ) {
        self.suspended = query.includesSuspended ? [] : suspended
        self.query = query
        self.period = period
        self.addresses = addresses
    }

    /// Takes an entry of the patient; those that tell of no disclosure in the period are passed over.
    public mutating func take(_ entry: AuditLogEntry) {
        guard entry.kind == "disclose-out", entry.outcome == "success", let recipient = entry.to,
            period.contains(entry.time), !suspended.contains(recipient.site)
        else { return }
        let purpose = DisclosurePurpose.of(entry.purpose)
        let session = entry.session ?? "entry \(entry.seq)"
        guard purpose.counts || query.showsAllPurposes else {
            sessionsNotCounted[purpose.code, default: []].insert(recipient.site + " " + session)
            return
        }
        let key = Key(
            recipient: recipient.site, purpose: purpose.code,
            session: query.showsEach ? session : "")
        var group = groups[key] ?? begin(entry, to: recipient, for: purpose)
        group.row.lastMilliseconds = max(group.row.lastMilliseconds, entry.time)
        group.row.firstMilliseconds = min(group.row.firstMilliseconds, entry.time)
        group.sessions.insert(session)
        if let name = recipient.name { group.row.recipientName = name }
        if let address = recipient.address { group.row.recipientAddress = address }
        if let basis = entry.basis { group.bases.insert(basis) }
        group.row.events += entry.data?.events ?? 0
        group.compartments.formUnion(
            (entry.data?.compartments ?? "").split(separator: " ").map(String.init))
        for (type, count) in entry.data?.types ?? [:] { group.types[type, default: 0] += count }
        groups[key] = group
    }

    private func begin(
        _ entry: AuditLogEntry, to recipient: AuditLogEntry.Party, for purpose: DisclosurePurpose
    ) -> Group {
        Group(
            row: AccountingRow(
                firstMilliseconds: entry.time, lastMilliseconds: entry.time, disclosures: 0,
                recipient: recipient.site, recipientName: "",
                recipientAddress: addresses[recipient.site] ?? "", compartments: [], types: [],
                events: 0, purpose: purpose.code, bases: [], entry: entry.seq),
            sessions: [])
    }

    /// The rows, ascending by the first disclosure's time, then by entry.
    public var rows: [AccountingRow] {
        groups.values.map { group in
            var row = group.row
            row.disclosures = group.sessions.count
            row.compartments = group.compartments.sorted()
            row.types = group.types.sorted { $0.key < $1.key }
                .map { ResourceCount(type: $0.key, count: $0.value) }
            row.bases = group.bases.sorted()
            return row
        }.sorted { ($0.firstMilliseconds, $0.entry) < ($1.firstMilliseconds, $1.entry) }
    }

    /// Disclosures for purposes that do not count, ascending by purpose.
    public var notCounted: [Accounting.PurposeCount] {
        sessionsNotCounted.sorted { $0.key < $1.key }
            .map { Accounting.PurposeCount(purpose: $0.key, disclosures: $0.value.count) }
    }
}
