import ControlProtocol
import Testing

@Suite("ControlRoute")
struct ControlRouteTests {
    @Test("every route is found by its method and path", arguments: ControlRoute.allCases)
    func finds(route: ControlRoute) throws {
        #expect(try ControlRoute.find(method: route.method.rawValue, target: route.path) == route)
        #expect(
            try ControlRoute.find(method: route.method.rawValue, target: route.path + "?a=b")
                == route)
    }

    @Test("a path under another method is told apart from one that does not exist")
    func refuses() {
        let method = #expect(throws: ControlFailure.self) {
            try ControlRoute.find(method: "DELETE", target: "/v1/peers")
        }
        #expect(method?.code == .methodNotAllowed)
        let path = #expect(throws: ControlFailure.self) {
            try ControlRoute.find(method: "GET", target: "/v1/statuses")
        }
        #expect(path?.code == .unknownRoute)
    }

    @Test("no two routes have the same method and path, and no path names anybody")
    func distinct() {
        let lines = ControlRoute.allCases.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(lines).count == lines.count)
        for route in ControlRoute.allCases {
            #expect(route.path.hasPrefix("/v1/"))
            #expect(
                route.path.utf8.allSatisfy { (0x61...0x7A).contains($0) || "/v1".utf8.contains($0) }
            )
        }
    }

    @Test(
        "what changes something is posted",
        arguments: [
            (ControlRoute.pausePeer, "/v1/peers/pause"), (.limitPeer, "/v1/peers/limit"),
            (.withdrawShare, "/v1/shares/withdraw"), (.ask, "/v1/ask"),
            (.retryQuarantine, "/v1/quarantine/retry"),
            (.closeQuarantine, "/v1/quarantine/close"), (.confirmClock, "/v1/clock/confirm"),
        ])
    func posted(route: ControlRoute, path: String) {
        #expect(route.method == .post)
        #expect(route.path == path)
    }

    @Test("every failure has a status of 4xx or 5xx", arguments: ControlFailure.Code.allCases)
    func statuses(code: ControlFailure.Code) {
        #expect((400..<600).contains(code.httpStatus))
    }

    @Test(
        "import options survive the query, whatever the source is called",
        arguments: [
            ImportOptions(), ImportOptions(appliesAgain: true, retriesAtEnd: true, format: .ndjson),
            ImportOptions(source: "Praxis & Söhne=100%/?#"),
        ])
    func importOptions(options: ImportOptions) throws {
        #expect(try ImportOptions(target: options.target) == options)
        #expect(options.target.utf8.allSatisfy { (0x21...0x7E).contains($0) })
    }

    @Test(
        "a query with something unknown or broken is refused",
        arguments: [
            "?other=1", "?again=yes", "?format=hl7", "?source=", "?source=%4", "?source=%FF",
        ])
    func malformedQuery(query: String) {
        let failure = #expect(throws: ControlFailure.self) {
            try ImportOptions(target: "/v1/import" + query)
        }
        #expect(failure?.code == .badRequest)
    }

    @Test("the filter of shares survives the query", arguments: [nil, "hospital", "a b"])
    func shareFilter(peer: String?) throws {
        let filter = ShareFilter(peer: peer)
        #expect(try ShareFilter(target: filter.target) == filter)
        #expect(throws: ControlFailure.self) { try ShareFilter(target: "/v1/shares?site=x") }
    }

    @Test(
        "the filter of quarantine survives the query",
        arguments: [
            QuarantineFilter(), QuarantineFilter(peer: "a b&all=1"),
            QuarantineFilter(peer: "hospital", includesClosed: true),
        ])
    func quarantineFilter(filter: QuarantineFilter) throws {
        #expect(try QuarantineFilter(target: filter.target) == filter)
        for query in ["?all=2", "?peer=", "?item=1"] {
            #expect(throws: ControlFailure.self) {
                try QuarantineFilter(target: "/v1/quarantine" + query)
            }
        }
    }
}
