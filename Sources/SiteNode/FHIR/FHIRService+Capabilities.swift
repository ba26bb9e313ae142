import ControlProtocol

extension FHIRService {
    /// What works here, and nothing else (`interchange.md` §2).
    func capabilities(_ request: FHIRRequest) -> FHIRAnswer {
        let software = FHIRJSON.object([
            ("name", FHIRJSON.text("Accord")), ("version", FHIRJSON.text(ProductVersion.text)),
        ])
        let statement = FHIRJSON.object([
            ("resourceType", FHIRJSON.text("CapabilityStatement")),
            ("status", FHIRJSON.text("active")),
            ("date", FHIRJSON.text(UTCText.instant(milliseconds: startedMilliseconds))),
            ("kind", FHIRJSON.text("instance")), ("software", software),
            (
                "implementation",
                FHIRJSON.object([
                    ("description", FHIRJSON.text("The record of one site")),
                    ("url", FHIRJSON.text(Self.base(of: request))),
                ])
            ),
            ("fhirVersion", FHIRJSON.text("4.0.1")),
            (
                "format",
                FHIRJSON.array(["json", "application/fhir+json"].map { FHIRJSON.text($0) })
            ),
            ("rest", FHIRJSON.array([Self.rest])),
        ])
        return FHIRAnswer(status: 200, body: Array(statement.utf8))
    }

    private static let rest: String = FHIRJSON.object([
        ("mode", FHIRJSON.text("server")),
        (
            "security",
            FHIRJSON.object([
                (
                    "description",
                    FHIRJSON.text(
                        "Bearer tokens of clients that the site's administrator registered")
                )
            ])
        ),
        ("resource", FHIRJSON.array(R4ResourceTypes.ascending.map(resource))),
        ("interaction", interactions(["transaction", "batch"])),
    ])

    private static func resource(_ type: String) -> String {
        FHIRJSON.object([
            ("type", FHIRJSON.text(type)),
            (
                "interaction",
                interactions([
                    "read", "vread", "history-instance", "create", "update", "delete",
                ])
            ),
            ("versioning", FHIRJSON.text("versioned")), ("readHistory", "true"),
            ("updateCreate", "true"),
            ("conditionalCreate", "true"), ("conditionalUpdate", "true"),
            ("conditionalDelete", FHIRJSON.text("single")),
            ("conditionalRead", FHIRJSON.text("full-support")),
            ("operation", FHIRJSON.array(operations)),
        ])
    }

    /// The operations on a resource; `Protocols/fhir` defines them.
    private static let operations: [String] = ["companions", "conflicts", "resolve"].map { name in
        FHIRJSON.object([
            ("name", FHIRJSON.text(name)),
            (
                "definition",
                FHIRJSON.text("https://accord.example/fhir/OperationDefinition/\(name)")
            ),
        ])
    }

    private static func interactions(_ codes: [String]) -> String {
        FHIRJSON.array(codes.map { FHIRJSON.object([("code", FHIRJSON.text($0))]) })
    }
}
