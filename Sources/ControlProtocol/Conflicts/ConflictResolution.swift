/// Something that may be decided about a conflict.
public struct ConflictChoice: Codable, Sendable, Hashable {
    /// 16 hexadecimal digits, another number once it would end or be taken in sight of anything else.
    public var id: String
    /// What it means, by a name: `value`, `is-there`, `ended`, `entered-in-error`, `only`,
    /// `only-version` or `all-stay`.
    public var decision: String
    /// The value as it is shown; of `only` the entity's id, of `only-version` who wrote it, where and when.
    /// A value is clinical content.
    public var text: String?

    /// Describes a choice.
    public init(id: String, decision: String, text: String? = nil) {
        self.id = id
        self.decision = decision
        self.text = text
    }
}

/// What a person decided about an open conflict: the body of `ControlRoute.resolveConflict`.
public struct ConflictResolution: Codable, Sendable, Hashable {
    /// The conflict's id, as a UUID.
    public var conflict: String
    /// One of its choices, by the id of `ConflictChoice`.
    public var choice: String?
    /// Another value instead: a JSON object of the element's members.
    public var value: String?
    /// The person who decided, an opaque id of this site.
    public var practitioner: String
    /// In what capacity.
    public var role: String
    /// Why; it travels with the decision to whoever may read the record.
    public var reason: String

    /// The longest reason, in bytes of UTF-8.
    public static let reasonBytesMax = 4_096
    /// The longest person or role, in bytes of UTF-8.
    public static let nameBytesMax = 256
    /// The longest value, in bytes of UTF-8.
    public static let valueBytesMax = 256 << 10

    /// Describes a decision.
    public init(
        conflict: String, choice: String? = nil, value: String? = nil, practitioner: String,
        role: String, reason: String
    ) {
        self.conflict = conflict
        self.choice = choice
        self.value = value
        self.practitioner = practitioner
        self.role = role
        self.reason = reason
    }

    /// Says what is wrong with it, as far as that can be known without the record.
    public func check() throws(ControlFailure) {
        guard (choice == nil) != (value == nil) else {
            throw Self.invalid(
                "A decision is one choice or one value.", "Give --choose or --value, not both.")
        }
        guard choice.map(Self.isName) ?? true, Self.isName(practitioner), Self.isName(role) else {
            throw Self.invalid(
                "A choice, a person and a role are 1 to 256 bytes without control characters.",
                "Name who decided with --by, and in which role.")
        }
        guard (1...Self.reasonBytesMax).contains(reason.utf8.count) else {
            throw Self.invalid(
                "A reason is 1 to 4,096 bytes long.", "Say with --reason why it was decided so.")
        }
        guard value.map({ $0.utf8.count <= Self.valueBytesMax }) ?? true else {
            throw Self.invalid(
                "A value has at most 256 KiB.", "Write a new version of the resource instead.")
        }
    }

    /// Whether a text can name a person or a role: 1 to 256 bytes of UTF-8, no control characters. One
    /// character may be any number of bytes.
    public static func isName(_ text: String) -> Bool {
        (1...nameBytesMax).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    private static func invalid(_ message: String, _ next: String) -> ControlFailure {
        ControlFailure(code: .badRequest, message: message, next: next)
    }
}

/// A conflict that was resolved: the answer of `ControlRoute.resolveConflict`. It is durable here, and
/// on its way to whoever shares the record.
public struct ConflictResolved: Codable, Sendable, Hashable {
    /// The conflict's id, as a UUID.
    public var conflict: String
    /// The resource's type.
    public var resourceType: String
    /// The resource's id, as a UUID.
    public var resource: String
    /// The patient's id, as a UUID; absent for a resource of no patient.
    public var patient: String?
    /// How many conflicts of class H or U the resource still has.
    public var stillOpen: Int

    /// Describes a resolved conflict.
    public init(
        conflict: String, resourceType: String, resource: String, patient: String? = nil,
        stillOpen: Int
    ) {
        self.conflict = conflict
        self.resourceType = resourceType
        self.resource = resource
        self.patient = patient
        self.stillOpen = stillOpen
    }
}
