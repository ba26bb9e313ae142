/// Which media types a request may ask for and send: JSON only (`interchange.md` §2).
enum FHIRMedia {
    private static let exact: Set<Substring> = ["application/json", "application/fhir+json"]
    private static let ranges: Set<Substring> = ["*/*", "application/*"]

    /// Refuses what asks for an answer in anything but JSON. `_format` wins over `Accept`.
    static func checkAnswer(_ request: FHIRRequest) throws(FHIRFailure) {
        if let value = request.query.first(where: { $0.hasPrefix("_format=") }) {
            let format = decoded(value.dropFirst(8))
            guard format == "json" || exact.contains(essence(of: format[...])) else {
                throw notAcceptable
            }
            return
        }
        guard let accept = request.header("Accept"), !accept.isEmpty else { return }
        let takesJSON = accept.split(separator: ",").contains { range in
            let essence = essence(of: range)
            return (exact.contains(essence) || ranges.contains(essence)) && !isRefused(range)
        }
        guard takesJSON else { throw notAcceptable }
    }

    /// Refuses a body in anything but JSON in UTF-8. Without a type it is taken for JSON.
    static func checkBody(_ request: FHIRRequest) throws(FHIRFailure) {
        guard let type = request.header("Content-Type"), !type.isEmpty else { return }
        let charset = type.lowercased().split(separator: ";").dropFirst()
            .map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            .first { $0.hasPrefix("charset=") }?.dropFirst(8)
        guard exact.contains(essence(of: type[...])),
            ["utf-8", "utf8"].contains(charset ?? "utf-8")
        else {
            throw FHIRFailure(
                status: 415, code: .notSupported,
                diagnostics: "Bodies are read as JSON in UTF-8 only. Send `application/fhir+json`.")
        }
    }

    private static let notAcceptable = FHIRFailure(
        status: 406, code: .notSupported,
        diagnostics: "Answers are written in JSON only. Accept `application/fhir+json`.")

    /// The type without its parameters, in lower case.
    private static func essence(of range: Substring) -> Substring {
        Substring(range.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased())
    }

    /// Whether a weight of zero excludes it (RFC 9110 §12.4.2).
    private static func isRefused(_ range: Substring) -> Bool {
        range.split(separator: ";").dropFirst().contains { parameter in
            let text = parameter.filter { !$0.isWhitespace }.lowercased()
            return text.hasPrefix("q=0") && text.dropFirst(3).allSatisfy { ".0".contains($0) }
        }
    }

    /// A query's value; `+` in it stands for itself or for a blank that was one.
    private static func decoded(_ value: Substring) -> String {
        String(value).replacing("%2B", with: "+").replacing("%2b", with: "+")
            .replacing("%2F", with: "/").replacing("%2f", with: "/").replacing("%20", with: "+")
    }
}
