/// How much JSON the reader accepts before it refuses.
///
/// Every limit is inclusive: a document that reaches a limit is accepted, and one that passes it
/// is refused with the rule named beside the limit. RFC 8259 §9 allows a reader to set limits on
/// size, nesting and the length of strings; it sets none itself.
public struct JSONLimits: Sendable, Equatable {
    /// The longest document, in bytes; rule `document-bytes`.
    ///
    /// Offsets take 30 bits inside a ``JSONDocument``, so a value above `offsetBytesMax` counts
    /// as `offsetBytesMax`.
    public var documentBytesMax: Int

    /// The deepest nesting of objects and arrays; rule `depth`. The outermost one is at depth 1.
    public var depthMax: Int

    /// The most items one array may hold; rule `array-items`.
    public var arrayItemsMax: Int

    /// The most members one object may hold; rule `object-members`.
    public var objectMembersMax: Int

    /// The longest string or member name, in bytes as written between its quotes; rule
    /// `string-bytes`.
    public var stringBytesMax: Int

    /// Whether the array that is the value of the root object's member `entry` may hold more than
    /// `arrayItemsMax` items.
    ///
    /// A FHIR R4 Bundle carries its resources there, and an honest one can be long. Arrays deeper
    /// inside, also those named `entry`, keep their limit.
    public var exemptsRootEntryArray: Bool

    /// Makes limits; whatever is not named is as for one value inside an event.
    ///
    /// - Parameters:
    ///   - documentBytesMax: bytes of the whole document, 10 MiB unless given.
    ///   - depthMax: nested objects and arrays, 64 unless given.
    ///   - arrayItemsMax: items of one array, 10,000 unless given.
    ///   - objectMembersMax: members of one object, 1,000 unless given.
    ///   - stringBytesMax: bytes of one string as written, 5 MiB unless given.
    ///   - exemptsRootEntryArray: `false` unless given.
    public init(
        documentBytesMax: Int = 10 << 20,
        depthMax: Int = 64,
        arrayItemsMax: Int = 10_000,
        objectMembersMax: Int = 1_000,
        stringBytesMax: Int = 5 << 20,
        exemptsRootEntryArray: Bool = false
    ) {
        self.documentBytesMax = documentBytesMax
        self.depthMax = depthMax
        self.arrayItemsMax = arrayItemsMax
        self.objectMembersMax = objectMembersMax
        self.stringBytesMax = stringBytesMax
        self.exemptsRootEntryArray = exemptsRootEntryArray
    }

    /// Limits for one value inside an event, and for the body of a request: 10 MiB.
    public static let value = JSONLimits()

    /// Limits for a file that an administrator imports: 256 MiB, with a `Bundle.entry` of any
    /// length.
    public static let importFile = JSONLimits(
        documentBytesMax: 256 << 20, exemptsRootEntryArray: true)

    /// The longest document that offsets of 30 bits can describe: 1 GiB − 1 byte.
    public static let offsetBytesMax = (1 << 30) - 1
}
