import Foundation
import Testing

/// A witness that is no peer: `Witness/witness.py`, which knows nothing of the product.
final class OutsideWitness {
    let port: UInt16
    private let folder: TemporaryFolder
    private var process: ChildProcess?

    init(in folder: TemporaryFolder) async throws {
        self.folder = folder
        port = try LoopbackSocket.freePort()
        _ = try folder.path("witness/key")
        try write("", to: "logs")
        _ = try await HostProgram.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=witness", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", path("key.pem"), "-out", authorities,
            in: folder)
        try await start()
    }

    /// The file of the authority that its certificate comes from.
    var authorities: String { path("cert.pem") }

    /// What the configuration names.
    var address: String { "https://127.0.0.1:\(port)/w \(TextFile.read(path("key")))" }

    /// The environment of a site that shows it its heads.
    var settings: [String: String] {
        ["ACCORD_AUDIT_WITNESSES": address, "ACCORD_AUDIT_CA_FILE": authorities]
    }

    /// Whether it has followed a request to another place.
    var wasCalledElsewhere: Bool {
        FileManager.default.fileExists(atPath: path("elsewhere"))
    }

    /// Heads that it refused because they do not follow on what it has cosigned.
    var evidence: String { TextFile.read(path("evidence")) }

    /// Starts it with what it has kept.
    func start() async throws {
        let program = URL(filePath: #filePath).appending(path: "../../Witness/witness.py")
        let log = path("log.txt")
        process = try ChildProcess(
            "/usr/bin/env",
            ["python3", "-B", program.standardizedFileURL.path, path(""), "\(port)"],
            environment: Surrounding.environment(with: [:]), output: log, errors: log)
        try await Deadline.wait(for: "the witness listens") {
            guard !address.hasSuffix(" "), let socket = LoopbackSocket.connect(to: port) else {
                return false
            }
            close(socket)
            return true
        }
    }

    /// Ends it.
    func stop() async throws {
        process?.send(SIGKILL)
        _ = try await process?.end()
    }

    /// Lets it know the log of a site, by the key in an export.
    func know(_ site: Site, export: String) async throws {
        let bundle = folder.path + "/" + export
        _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
        let keys = TextFile.read(bundle + "/keys").split(separator: "\n")
        try write(keys.filter { $0.hasPrefix("log ") }.joined(separator: "\n"), to: "logs")
    }

    /// Lets it misbehave; with an empty word no more.
    func set(mode: String) throws { try write(mode, to: "mode") }

    private func path(_ name: String) -> String { folder.path + "/witness/" + name }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path(name)), options: .atomic)
    }
}
