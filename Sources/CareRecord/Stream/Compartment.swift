/// A sensitivity class with a stream of its own (`interchange.md` §5).
///
/// A code that this version does not know is kept: its streams are stored and never forwarded.
public enum Compartment: Sendable, Hashable {
    /// Patient, RelatedPerson, consent directives; travels with any other compartment.
    case identity
    /// Whatever carries no sensitivity label.
    case general
    /// Labels PSY, PSYTHPN, BH.
    case mentalHealth
    /// Labels SEX, STD, HIV.
    case sexualHealth
    /// Labels SUD, ETH, OPIOIDUD.
    case substanceUse
    /// The project's own label `social-care`.
    case socialCare
    /// Labels PRS and V, and whatever could not be told apart.
    case patientPrivate
    /// A code of a later version, 8 to 255.
    case unknown(UInt8)

    /// Every compartment that this version knows, ascending by code.
    public static let known: [Compartment] = [
        .identity, .general, .mentalHealth, .sexualHealth, .substanceUse, .socialCare,
        .patientPrivate,
    ]

    /// Reads the byte that travels; `nil` for the reserved 0.
    public init?(code: UInt8) {
        guard code != 0 else { return nil }
        self = code <= 7 ? Self.known[Int(code) - 1] : .unknown(code)
    }

    /// The byte that travels, never 0.
    public var code: UInt8 {
        switch self {
        case .identity: 1
        case .general: 2
        case .mentalHealth: 3
        case .sexualHealth: 4
        case .substanceUse: 5
        case .socialCare: 6
        case .patientPrivate: 7
        case .unknown(let code): code
        }
    }

    /// The name used in commands and configuration.
    public var name: String {
        switch self {
        case .identity: "identity"
        case .general: "general"
        case .mentalHealth: "mental-health"
        case .sexualHealth: "sexual-health"
        case .substanceUse: "substance-use"
        case .socialCare: "social-care"
        case .patientPrivate: "patient-private"
        case .unknown(let code): "unknown-\(code)"
        }
    }

    /// Finds a known compartment by its name.
    public init?(name: some StringProtocol) {
        guard let match = Self.known.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

extension Compartment: Comparable {
    public static func < (left: Compartment, right: Compartment) -> Bool { left.code < right.code }
}
