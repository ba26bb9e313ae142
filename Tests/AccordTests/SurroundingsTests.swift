import ControlProtocol
import Testing

@testable import ControlClient

@Suite("surroundings")
struct SurroundingsTests {
    @Test("a named socket wins over ACCORD_SOCKET, which wins over the default")
    func socket() {
        let plain = Invocation(environment: [:])
        let set = Invocation(environment: ["ACCORD_SOCKET": "/e"])
        #expect(plain.socketPath(nil) == "/run/accord/control.sock")
        #expect(set.socketPath(nil) == "/e")
        #expect(set.socketPath("/n") == "/n")
        #expect(
            Invocation(environment: ["ACCORD_SOCKET": ""]).socketPath(nil) == plain.socketPath(nil))
    }

    @Test("colour and bars need a terminal, and NO_COLOR or a dumb one forbids colour")
    func terminals() {
        #expect(style([:], isTerminal: false) == TextStyle())
        #expect(style([:], isTerminal: true) == TextStyle(width: 100, hasColour: true))
        #expect(!style(["NO_COLOR": "1"], isTerminal: true).hasColour)
        #expect(style(["NO_COLOR": ""], isTerminal: true).hasColour)
        #expect(!style(["TERM": "dumb"], isTerminal: true).hasColour)
        #expect(!Invocation(environment: [:]).showsProgress)
        #expect(Invocation(environment: [:], isErrorTerminal: true).showsProgress)
    }

    @Test("accordd is taken from beside accord, then from PATH")
    func program() throws {
        let both: Set<String> = ["/own/accordd", "/b/accordd"]
        let own = try ServiceProgram.find(
            besides: "/own/accord", folders: ["/b"], isExecutable: both.contains)
        #expect(own.path == "/own/accordd")
        let other = try ServiceProgram.find(
            besides: "/other/accord", folders: ["/a", "/b"], isExecutable: both.contains)
        #expect(other.path == "/b/accordd")
        #expect(throws: ServiceProgram.Failure.self) {
            try ServiceProgram.find(besides: nil, folders: ["/a"], isExecutable: both.contains)
        }
    }

    @Test("pieces that end anywhere become lines")
    func lines() {
        var splitter = LineSplitter()
        #expect(splitter.add(Array("ab".utf8)).isEmpty)
        #expect(splitter.add(Array("c\nd".utf8)) == [Array("abc".utf8)])
        #expect(splitter.add(Array("\n\ne\nf".utf8)) == [Array("d".utf8), Array("e".utf8)])
        #expect(splitter.rest == Array("f".utf8))
    }

    @Test("a socket that is not there is told apart from an answer that is none")
    func noNode() async {
        let control = NodeControl(socketPath: "/nonexistent/control.sock")
        let failure = await #expect(throws: NodeControlFailure.self) {
            try await control.status()
        }
        #expect(failure?.code == .notRunning)
        let importing = await #expect(throws: NodeControlFailure.self) {
            try await control.importFile([], ImportOptions()) { _ in }
        }
        #expect(importing?.code == .notRunning)
        await control.close()
    }

    private func style(_ environment: [String: String], isTerminal: Bool) -> TextStyle {
        Invocation(environment: environment, isOutputTerminal: isTerminal, terminalWidth: 100)
            .outputStyle
    }
}
