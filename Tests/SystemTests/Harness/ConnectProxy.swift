import Foundation
import Synchronization

/// A CONNECT proxy on loopback for tests: lets everything through, or refuses all.
final class ConnectProxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let refuses: Bool
    private let asked = Atomic<Int>(0)

    /// Listens on a free port.
    init(refuses: Bool = false) throws {
        self.refuses = refuses
        (listener, port) = try LoopbackSocket.listen(on: 0)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let self else {
                    close(client)
                    continue
                }
                Thread.detachNewThread { self.serve(client) }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Where clients find it.
    var endpoint: String { "127.0.0.1:\(port)" }

    /// How many tunnels were asked for.
    var tunnels: Int { asked.load(ordering: .relaxed) }

    private func serve(_ client: Int32) {
        defer { close(client) }
        guard let target = Self.target(of: client) else { return }
        asked.add(1, ordering: .relaxed)
        guard !refuses, let server = LoopbackSocket.connect(to: target) else {
            Self.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", to: client)
            return
        }
        Self.write("HTTP/1.1 200 Connection established\r\n\r\n", to: client)
        let back = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            Self.pump(server, client)
            shutdown(client, Int32(SHUT_RDWR))
            back.signal()
        }
        Self.pump(client, server)
        shutdown(server, Int32(SHUT_RDWR))
        back.wait()
        close(server)
    }

    /// Reads `CONNECT host:port` and the headers after it.
    private static func target(of client: Int32) -> UInt16? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard head.count < 8_192, recv(client, &byte, 1, 0) == 1 else { return nil }
            head.append(byte)
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        guard words.count > 1, words[0] == "CONNECT" else { return nil }
        return words[1].split(separator: ":").last.flatMap { UInt16($0) }
    }

    private static func write(_ text: String, to client: Int32) {
        _ = Array(text.utf8).withUnsafeBytes {
            send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private static func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            var sent = 0
            while sent < count {
                let done = buffer[sent..<count].withUnsafeBytes {
                    send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard done > 0 else { return }
                sent += done
            }
        }
    }
}
