/// The tables that decide how resources come apart, what becomes of concurrent heads, and how that is
/// shown as R4.
public enum RuleTables {
    /// Rises whenever equal changes are shown otherwise than before. It is part of every version id:
    /// what a client was shown under other tables is another version.
    public static let version: UInt16 = 1
}
