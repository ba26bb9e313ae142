/// What a permission rests on, as it is stored with it and shown to auditors.
public enum DisclosureBasis: Sendable, Hashable {
    /// The patient is the peer's own.
    case peersOwn
    /// The agreement covers every patient.
    case everyPatient
    /// The agreement covers registered patients, and this site registered this one.
    case registeredHere
    /// A care relationship; `isAttested` if only the peer's own evidence reaches as far, which is
    /// audited like an ask.
    case relationship(CareRelationship.Kind, isAttested: Bool)
    /// It is a directory.
    case directory

    /// The word for the basis in commands and audit entries.
    public var name: String {
        switch self {
        case .peersOwn: "own-patient"
        case .everyPatient: "all"
        case .registeredHere: "registered"
        case .relationship(let kind, let isAttested):
            isAttested ? kind.rawValue + " attested" : kind.rawValue
        case .directory: "directory"
        }
    }
}
