import Foundation

/// A file that the command line names; `-` is standard input.
public struct InputFile: Sendable, Hashable {
    /// Largest file that is read, in bytes: the most that a node can be configured to take.
    public static let bytesMax = 1 << 30

    /// What the command line calls it. It is shown to the caller and never sent.
    public let path: String

    /// Names a file.
    public init(path: String) {
        self.path = path
    }

    /// Why a file cannot be read.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What stands in the way; one sentence.
        public let description: String
    }

    /// Size in bytes for progress, as far as it is known without reading.
    public var expectedBytes: Int {
        guard path != "-" else { return 0 }
        do {
            let values = try URL(filePath: path).resourceValues(forKeys: [.fileSizeKey])
            return values.fileSize ?? 0
        } catch {
            return 0
        }
    }

    private var shownName: String { path == "-" ? "Standard input" : "The file \(path)" }

    /// Reads all of it.
    public func read() throws(Failure) -> [UInt8] {
        do {
            let handle =
                path == "-"
                ? FileHandle.standardInput
                : try FileHandle(forReadingFrom: URL(filePath: path))
            let data = try handle.read(upToCount: Self.bytesMax + 1) ?? Data()
            if path != "-" { try handle.close() }
            guard data.count <= Self.bytesMax else {
                throw Failure(description: "\(shownName) is larger than 1 GiB.")
            }
            return Array(data)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "\(shownName) cannot be read.")
        }
    }
}
