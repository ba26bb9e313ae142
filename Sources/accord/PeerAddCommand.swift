import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord peer add`: enrols another site's node.
struct PeerAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Enrol another site's node.",
        discussion: """
            The node dials the endpoint, accepts no other key than the one with this fingerprint, \
            and checks what the site says of itself. Have the fingerprint read out by somebody of \
            that site whom you know: accord status shows it there. A peer receives nothing until \
            it is granted a share.

            Example: accord peer add hospital --endpoint hospital.example:7443 \
            --fingerprint "$FINGERPRINT"
            """)

    @Argument(help: "What this site's commands will call the peer.")
    var name: String

    @Option(help: ArgumentHelp("Where the peer listens.", valueName: "host:port"))
    var endpoint: String

    @Option(help: ArgumentHelp("The fingerprint of the peer's key.", valueName: "text"))
    var fingerprint: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard PeerTyping.isName(name) else {
            throw ValidationError(
                "A peer's name has up to 64 lower-case letters, digits, `-`, `.` and `_`.")
        }
        guard PeerTyping.isEndpoint(endpoint) else {
            throw ValidationError("`\(endpoint)` is not a host and a port, such as 192.0.2.1:7443.")
        }
        guard PeerTyping.isFingerprint(fingerprint) else {
            throw ValidationError(
                "The fingerprint has a wrong character or is not complete. Have it read out again.")
        }
    }

    func run() async throws {
        let peer = PeerAddition(name: name, endpoint: endpoint, fingerprint: fingerprint)
        try await options.present { .added(try await $0.addPeer(peer)) }
    }
}
