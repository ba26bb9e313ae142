import Foundation
import Testing

/// A bundle as the tests look at it: parsed by another JSON reader than the writer's own.
struct SampleBundle {
    var fullURLs: [String] = []
    var resources: [[String: Any]] = []
    /// Every `reference` anywhere in the entries, contained resources included.
    var references: [String] = []

    init(_ bytes: [UInt8]) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(bytes))
        let bundle = try #require(parsed as? [String: Any])
        #expect(bundle["resourceType"] as? String == "Bundle")
        #expect(bundle["type"] as? String == "transaction")
        for entry in try #require(bundle["entry"] as? [[String: Any]]) {
            let resource = try #require(entry["resource"] as? [String: Any])
            let request = try #require(entry["request"] as? [String: Any])
            #expect(request["method"] as? String == "POST")
            #expect(request["url"] as? String == resource["resourceType"] as? String)
            fullURLs.append(try #require(entry["fullUrl"] as? String))
            resources.append(resource)
            collectReferences(resource)
        }
    }

    /// How many resources have this type.
    func count(_ type: String) -> Int {
        resources.filter { $0["resourceType"] as? String == type }.count
    }

    /// `Type?identifier=system|value` for every identifier of every entry.
    var conditionalReferences: [String] {
        resources.flatMap { resource -> [String] in
            let type = resource["resourceType"] as? String ?? ""
            let identifiers = resource["identifier"] as? [[String: Any]] ?? []
            return identifiers.map { identifier in
                let system = identifier["system"] as? String ?? ""
                let value = identifier["value"] as? String ?? ""
                return "\(type)?identifier=\(system)|\(value)"
            }
        }
    }

    private mutating func collectReferences(_ value: Any) {
        if let members = value as? [String: Any] {
            for (name, member) in members {
                if name == "reference", let text = member as? String {
                    references.append(text)
                } else {
                    collectReferences(member)
                }
            }
        } else if let elements = value as? [Any] {
            for element in elements { collectReferences(element) }
        }
    }
}

/// FNV-1a, 64 bits (Fowler, Noll & Vo; draft-eastlake-fnv): enough to notice a change.
func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
}
