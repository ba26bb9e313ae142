/// What a change does to its element (`merge.md` §2.1).
public enum Operation: Sendable, Hashable {
    /// The entity comes into being; the value is the resource as given.
    case create
    /// The facet has a new value.
    case assign
    /// The entity's status changes.
    case status
    /// An edge begins.
    case link
    /// An edge ends; what it led to lives on.
    case unlink
    /// A note, outcome or progress entry is added.
    case append
    /// A person decides between the siblings listed in `supersedes`.
    case resolve
    /// Entered in error: struck through, never deleted.
    case retract
    /// A PUT left the element out: alters nothing, raises a review item.
    case omit
    /// The entity moves to a narrower stream.
    case relocate
    /// Content is destroyed by legal order.
    case erase
    /// An operation of a later version: kept, relayed, shown as opaque.
    case unknown(UInt32)

    private static let known: [Operation] = [
        .create, .assign, .status, .link, .unlink, .append, .resolve, .retract, .omit, .relocate,
        .erase,
    ]

    /// Reads the number that travels; 0 is an unknown operation as well.
    public init(code: UInt32) {
        self = (1...11).contains(code) ? Self.known[Int(code) - 1] : .unknown(code)
    }

    /// The number that travels.
    public var code: UInt32 {
        switch self {
        case .create: 1
        case .assign: 2
        case .status: 3
        case .link: 4
        case .unlink: 5
        case .append: 6
        case .resolve: 7
        case .retract: 8
        case .omit: 9
        case .relocate: 10
        case .erase: 11
        case .unknown(let code): code
        }
    }
}
