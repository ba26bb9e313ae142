import Foundation

/// Standard input, output and error of this process.
public enum StandardStreams {
    /// Writes to standard output.
    public static func write(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Writes to standard error. Where even that fails there is nobody left to tell.
    public static func writeError(_ text: String) {
        do {
            try FileHandle.standardError.write(contentsOf: Data(text.utf8))
        } catch {
            return
        }
    }

    /// Asks on standard error and reads a line; nil at the end of input.
    public static func ask(_ question: String) -> String? {
        writeError(question + " ")
        return readLine()
    }
}
