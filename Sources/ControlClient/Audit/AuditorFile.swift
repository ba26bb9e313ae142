import AuditTrail

/// A file that an auditor brings along: a signed head or trusted keys.
public struct AuditorFile: Sendable, Hashable {
    private let file: InputFile

    /// Names a file.
    public init(path: String) {
        file = InputFile(path: path)
    }

    /// A signed head as it is sent to a node, which need not look at anything else.
    ///
    /// - Throws: `InputFile.Failure`; `BundleFolder.Failure` for a file that is no signed head.
    public func headText() throws -> String {
        String(decoding: try head().encoded, as: UTF8.self)
    }

    /// The signed head.
    func head() throws -> SignedHead {
        let bytes = try file.read()
        do throws(LogRefusal) {
            return try SignedHead(encoded: bytes)
        } catch {
            throw BundleFolder.Failure(
                "The file \(file.path) is no signed head (\(error.rawValue)).")
        }
    }

    /// The keys, a line `log <key>` or `witness <key>` each.
    func keys() throws -> LogKeys {
        let bytes = try file.read()
        do throws(LogRefusal) {
            return try LogKeys(encoded: bytes)
        } catch {
            throw BundleFolder.Failure(
                "The file \(file.path) holds no keys of a log (\(error.rawValue)).")
        }
    }
}
