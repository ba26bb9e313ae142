import Foundation

/// One request over HTTP/1.1 to a port of 127.0.0.1, on a connection of its own.
enum WebClient {
    /// What came back.
    struct Answer {
        let status: Int
        /// Header fields by their names in lower case.
        let fields: [String: String]
        let text: String

        /// The body as a JSON object; empty for anything else.
        var json: [String: Any] {
            let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            return value as? [String: Any] ?? [:]
        }

        /// The version that the answer names.
        var etag: String { fields["etag"] ?? "" }

        /// The code of the one issue of an OperationOutcome.
        var issue: String? {
            guard json["resourceType"] as? String == "OperationOutcome" else { return nil }
            return (json["issue"] as? [[String: Any]])?.first?["code"] as? String
        }
    }

    /// The server hung up before a whole answer.
    struct NoAnswer: Error {}

    /// Sends a request and reads until the server closes.
    static func ask(
        port: UInt16, _ method: String, _ target: String, _ fields: [String: String] = [:],
        body: String = ""
    ) throws -> Answer {
        guard let descriptor = LoopbackSocket.connect(to: port) else { throw NoAnswer() }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var head =
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if !body.isEmpty { head += "Content-Length: \(body.utf8.count)\r\n" }
        try send(Array((head + "\r\n" + body).utf8), to: descriptor)
        return try answer(String(decoding: receive(from: descriptor), as: UTF8.self))
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw NoAnswer() }
            sent += count
        }
    }

    private static func receive(from descriptor: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += buffer[..<count]
        }
    }

    private static func answer(_ text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n") else { throw NoAnswer() }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw NoAnswer() }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            return (parts[0].lowercased(), value)
        }
        return Answer(
            status: status, fields: Dictionary(fields) { $0 + ", " + $1 },
            text: String(text[end.upperBound...]))
    }
}
