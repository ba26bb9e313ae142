import ArgumentParser
import ControlProtocol
import Testing

@testable import accord

@Suite("audit entries of commands")
struct AuditedCommandTests {
    private static let leaves: [any ParsableCommand.Type] = {
        var types: [any ParsableCommand.Type] = [Accord.self]
        var index = 0
        while index < types.count {
            types += types[index].configuration.subcommands
            index += 1
        }
        return types.filter { $0.configuration.subcommands.isEmpty }
    }()

    @Test("every command says which entries it makes", arguments: leaves.indices)
    func declared(index: Int) {
        let type = Self.leaves[index]
        #expect(type is any AuditedCommand.Type, "\(type)")
    }

    @Test("whatever a route records, some command records")
    func routes() {
        let ofCommands = Self.leaves.compactMap { $0 as? any AuditedCommand.Type }
            .flatMap { $0.auditKinds }
        for route in ControlRoute.allCases {
            #expect(Set(route.auditKinds).isSubset(of: ofCommands), "\(route)")
        }
    }
}
