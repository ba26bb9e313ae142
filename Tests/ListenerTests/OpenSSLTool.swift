import Foundation
import PeerTransport
import ProgramSupport

/// The `openssl` command as an independent TLS client.
struct OpenSSLTool {
    /// A folder of its own for keys, sessions and transcripts.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Removes the folder.
    func remove() throws {
        try FileManager.default.removeItem(at: folder)
    }

    /// Runs `s_client` with `input` as the decrypted bytes to send, until the connection ends.
    ///
    /// - Returns: everything it printed, the server's bytes included.
    func client(
        _ endpoint: PeerEndpoint, certificatePEM: String?, keyPEM: String?, input: String,
        options: [String]
    ) async throws -> String {
        var arguments = ["s_client", "-connect", "\(endpoint)", "-ign_eof"] + options
        if let certificatePEM, let keyPEM {
            let certificate = try write(certificatePEM, "certificate.pem")
            let key = try write(keyPEM, "key.pem")
            arguments += ["-cert", certificate.path, "-key", key.path]
        }
        let output = try write("", "output")
        _ = try await SpawnedProgram.runBeside(
            "openssl", arguments, input: try write(input, "input").path, output: output.path,
            errors: output.path)
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    /// As `client`, with the key and certificate of an identity.
    func client(
        _ endpoint: PeerEndpoint, _ identity: TLSIdentity, input: String,
        options: [String] = ["-tls1_3"]
    ) async throws -> String {
        try await client(
            endpoint, certificatePEM: identity.certificatePEM, keyPEM: identity.privateKeyPEM,
            input: input, options: options)
    }

    private func write(_ text: String, _ name: String) throws -> URL {
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file
    }
}

/// Runs `body` with the tool and cleans up behind it.
func withOpenSSL<Result>(_ body: (OpenSSLTool) async throws -> Result) async throws -> Result {
    let tool = try OpenSSLTool()
    do {
        let result = try await body(tool)
        try tool.remove()
        return result
    } catch {
        try tool.remove()
        throw error
    }
}
