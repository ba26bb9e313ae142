public import ControlProtocol
import PeerTransport

/// What takes in files: the node, or a stand-in in tests.
public protocol ImportTarget: Sendable {
    /// Sends one file and hands over each line of the answer as it arrives.
    ///
    /// - Returns: what the import did in all, after the whole file.
    func importFile(
        _ bytes: [UInt8], _ options: ImportOptions, onLine: (ImportLine) -> Void
    ) async throws -> ImportSummary
}

extension NodeControl: ImportTarget {
    /// Longest import of one file.
    private static let importTimeout: Duration = .seconds(3_600)

    /// Sends one file and hands over each line of the answer as it arrives.
    ///
    /// - Throws: also `NodeControlFailure` with `.cutOff` if the answer ends without a summary:
    ///   whether the last units are stored is then unknown, and sending the file again is safe.
    public func importFile(
        _ bytes: [UInt8], _ options: ImportOptions, onLine: (ImportLine) -> Void
    ) async throws -> ImportSummary {
        let (pieces, continuation) = AsyncStream<[UInt8]>.makeStream()
        async let ending = send(bytes, options, continuation)
        var lines = LineSplitter()
        var last: ImportLine?
        for await piece in pieces {
            for line in lines.add(piece) { last = try deliver(line, onLine) }
        }
        let response = try await ending
        guard (200..<300).contains(response.status) else { throw Self.refusal(in: response) }
        if !lines.rest.isEmpty { last = try deliver(lines.rest, onLine) }
        switch last {
        case .summary(let summary): return summary
        case .failure(let failure): throw failure
        case .unit, .progress, nil:
            throw NodeControlFailure(code: .cutOff, socketPath: socketPath)
        }
    }

    private func send(
        _ bytes: [UInt8], _ options: ImportOptions, _ pieces: AsyncStream<[UInt8]>.Continuation
    ) async throws -> PeerResponse {
        defer { pieces.finish() }
        do {
            return try await socket.stream(
                method: .post, path: options.target, body: bytes,
                headers: [("Content-Type", "application/octet-stream")],
                timeout: Self.importTimeout
            ) { pieces.yield($0) }
        } catch let failure as PeerFailure {
            throw NodeControlFailure(failure, socketPath: socketPath)
        }
    }

    private func deliver(
        _ line: [UInt8], _ onLine: (ImportLine) -> Void
    ) throws -> ImportLine {
        let decoded: ImportLine
        do {
            decoded = try ControlCoding.decode(ImportLine.self, from: line)
        } catch {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
        onLine(decoded)
        return decoded
    }
}
