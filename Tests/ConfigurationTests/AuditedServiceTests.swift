import Foundation
import Testing

@testable import SiteNode

@Suite("audit entries of services")
struct AuditedServiceTests {
    @Test("every service says which entries it makes")
    func declared() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/SiteNode").standardized
        let paths = try #require(FileManager.default.enumerator(atPath: root.path))
        var declared = 0
        for case let path as String in paths where path.hasSuffix(".swift") {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            let types = text.matches(of: /(?:struct|class|actor|extension) (\w+):([^{]*)\{/)
            for match in types {
                let inherited = match.2.split(separator: ",")
                    .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                #expect(!inherited.contains("Service"), "\(match.1) has to be an AuditedService")
                if inherited.contains("AuditedService") { declared += 1 }
            }
        }
        #expect(declared == 10)
    }
}
