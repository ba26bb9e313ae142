import Foundation
import Logging
import PeerTransport
import ProgramSupport
import Synchronization
import Testing

@testable import SiteNode

@Suite("Control socket")
struct ControlSocketTests {
    /// A listener on a socket in a folder of its own, and a client, while `body` runs.
    private func withControl(
        limits: ControlListenerLimits = ControlListenerLimits(), mode: UInt32 = 0o600,
        prepare: (String) throws -> Void = { _ in },
        handler: @escaping @Sendable (ControlRequest) async -> ControlAnswer,
        body: @escaping @Sendable (ControlSocketClient, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("control-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("s").path
        try prepare(path)
        let (listening, started) = AsyncStream.makeStream(of: Void.self)
        var logger = Logger(label: "control")
        logger.logLevel = .critical
        let listener = ControlListener(
            path: path, mode: mode, limits: limits, logger: logger,
            onListening: { started.yield() },
            handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { started.finish() }
                try await listener.run()
            }
            defer { group.cancelAll() }
            for await _ in listening {
                let client = ControlSocketClient(socketPath: path)
                try await body(client, path)
                await client.shutdown()
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(at: folder)
    }

    private static let echo: @Sendable (ControlRequest) async -> ControlAnswer = { request in
        let facts = "\(request.method) \(request.path) \(request.caller.userID) "
        return ControlAnswer(
            status: 200, contentType: "text/plain",
            body: .bytes(Array(facts.utf8) + request.body))
    }

    @Test("a request comes back, with the caller the kernel names")
    func roundTrip() async throws {
        try await withControl(handler: Self.echo) { client, path in
            let response = try await client.request(
                method: .post, path: "/v1/peers", body: Array("body".utf8))
            #expect(response.status == 200)
            let expected = "POST /v1/peers \(geteuid()) body"
            #expect(String(decoding: response.body, as: UTF8.self) == expected)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test("a piece arrives before the next is made")
    func streaming() async throws {
        let (acknowledgements, acknowledge) = AsyncStream.makeStream(of: Void.self)
        try await withControl { _ in
            let made = Mutex(0)
            let pieces = AsyncStream<[UInt8]>(unfolding: {
                let number = made.withLock { made in
                    made += 1
                    return made
                }
                // The second piece waits for the client to have seen the first.
                if number == 2 { for await _ in acknowledgements { break } }
                return number <= 2 ? Array("\(number)\n".utf8) : nil
            })
            return ControlAnswer(status: 200, body: .pieces(pieces))
        } body: { client, _ in
            let received = Mutex<[UInt8]>([])
            let response = try await client.stream(
                method: .get, path: "/progress", timeout: .seconds(20)
            ) { chunk in
                received.withLock { $0 += chunk }
                acknowledge.yield()
            }
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
            #expect(received.withLock { $0 } == Array("1\n2\n".utf8))
        }
    }

    @Test("a body of many megabytes passes, one above the limit does not", arguments: [0, 1])
    func bodyLimit(excess: Int) async throws {
        var limits = ControlListenerLimits()
        limits.door.bodyBytesMax = 20 << 20
        try await withControl(limits: limits) { request in
            ControlAnswer(status: 200, body: .bytes(Array(String(request.body.count).utf8)))
        } body: { client, _ in
            let body = [UInt8](repeating: 9, count: (20 << 20) + excess)
            let response = try await client.request(method: .post, path: "/", body: body)
            #expect(response.status == (excess == 0 ? 200 : 413))
        }
    }

    @Test("a socket file that nobody listens at is replaced")
    func stale() async throws {
        try await withControl(
            prepare: leaveStaleSocket, handler: Self.echo
        ) { client, _ in
            let response = try await client.request(method: .get, path: "/")
            #expect(response.status == 200)
        }
    }

    @Test("a socket at which somebody listens is left alone")
    func inUse() async throws {
        try await withControl(handler: Self.echo) { client, path in
            let second = ControlListener(
                path: path, logger: Logger(label: "second"), handler: Self.echo)
            let failure = await #expect(throws: ControlSocketFile.Failure.self) {
                try await second.run()
            }
            #expect(failure?.code == .inUse)
            let response = try await client.request(method: .get, path: "/")
            #expect(response.status == 200)
        }
    }

    @Test("a file that is not a socket is left alone")
    func notASocket() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("plain-\(UUID().uuidString)")
        try Data().write(to: file)
        let failure = #expect(throws: ControlSocketFile.Failure.self) {
            try ControlSocketFile(path: file.path).checkIsFree()
        }
        #expect(failure?.code == .notASocket)
        try FileManager.default.removeItem(at: file)
    }

    @Test(
        "root, the service's own account and listed accounts may come in",
        arguments: [(0, true), (990, true), (1_000, false), (1_001, true), (65_534, false)])
    func callers(userID: UInt32, expected: Bool) {
        let caller = ControlCaller(processID: 1, userID: userID, groupID: 100)
        #expect(caller.isAllowed(serviceUserID: 990, others: [1_001]) == expected)
    }

    @Test("an account that may not come in is answered 403", .enabled(if: geteuid() == 0))
    func strangers() async throws {
        let calls = Mutex(0)
        try await withControl(mode: 0o666) { _ in
            calls.withLock { $0 += 1 }
            return ControlAnswer(status: 200)
        } body: { _, path in
            let status = try await SpawnedProgram.runBeside(
                "setpriv",
                [
                    "--reuid=65534", "--clear-groups", "curl", "--silent", "--fail", "--max-time",
                    "10", "--unix-socket", path, "http://localhost/",
                ])
            // 22 is curl's word for an HTTP status of 400 or above (curl(1), --fail).
            #expect(status == 22)
        }
        #expect(calls.withLock { $0 } == 0)
    }

    @Test("where no node listens is unreachable")
    func unreachable() async throws {
        let client = ControlSocketClient(socketPath: "/nonexistent/socket")
        let failure = await #expect(throws: PeerFailure.self) {
            try await client.request(method: .get, path: "/")
        }
        #expect(failure?.code == .unreachable)
        await client.shutdown()
    }
}

/// A socket file whose listener is gone, as a killed service leaves it.
private func leaveStaleSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
            bind(descriptor, general, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    close(descriptor)
    try #require(result == 0)
}
