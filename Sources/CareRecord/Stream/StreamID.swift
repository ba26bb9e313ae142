/// Names a stream, the unit of replication and of disclosure (`sync.md` §2).
public enum StreamID: Sendable, Hashable {
    /// One compartment of one patient.
    case patient(PatientID, Compartment)
    /// A site's Organizations, Practitioners and other resources of no patient that peers may know.
    case directory(SiteID)
    /// One pair of patients; the smaller id stands first.
    case link(PatientID, PatientID)
    /// What never leaves its site.
    case local(SiteID)
    /// A kind or compartment grammar of a later version: kept, never forwarded.
    case unknown(kind: UInt8, subject: [UInt8])

    /// The longest name, in bytes.
    public static let bytesMax = 64

    /// The name as it travels and is stored: one byte of kind, then what the kind asks for
    /// (`record-v1.md`, *Stream name*).
    public var bytes: [UInt8] {
        switch self {
        case .patient(let patient, let compartment): [1] + patient.bytes + [compartment.code]
        case .directory(let site): [2] + site.bytes
        case .link(let first, let second): [3] + first.bytes + second.bytes
        case .local(let site): [4] + site.bytes
        case .unknown(let kind, let subject): [kind] + subject
        }
    }

    /// Reads a name; `nil` if it is empty, longer than `bytesMax`, of kind 0, or if a known kind
    /// has another length than its grammar gives it.
    public init?(bytes: some Collection<UInt8>) {
        let read =
            bytes.withContiguousStorageIfAvailable { Self(piece: $0) }
            ?? Array(bytes.prefix(Self.bytesMax + 1)).withUnsafeBufferPointer { Self(piece: $0) }
        guard let read else { return nil }
        self = read
    }

    private init?(piece bytes: UnsafeBufferPointer<UInt8>) {
        guard let kind = bytes.first, kind != 0, bytes.count <= Self.bytesMax else { return nil }
        let subject = bytes.dropFirst()
        switch kind {
        case 1:
            guard let patient = PatientID(bytes: subject.prefix(16)),
                let code = subject.dropFirst(16).first, subject.count == 17,
                let compartment = Compartment(code: code)
            else { return nil }
            self = .patient(patient, compartment)
        case 2:
            guard let site = SiteID(bytes: subject) else { return nil }
            self = .directory(site)
        case 3:
            guard subject.count == 32, let first = PatientID(bytes: subject.prefix(16)),
                let second = PatientID(bytes: subject.dropFirst(16)), first < second
            else { return nil }
            self = .link(first, second)
        case 4:
            guard let site = SiteID(bytes: subject) else { return nil }
            self = .local(site)
        default:
            self = .unknown(kind: kind, subject: Array(subject))
        }
    }

    /// The patient whose record the stream belongs to, if it belongs to one.
    public var patient: PatientID? {
        guard case .patient(let patient, _) = self else { return nil }
        return patient
    }

    /// Whether this version may ever forward the stream to a peer.
    public var isForwardable: Bool {
        switch self {
        case .patient(_, .unknown), .local, .unknown: false
        case .patient, .directory, .link: true
        }
    }
}

extension StreamID: Comparable {
    public static func < (left: StreamID, right: StreamID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
