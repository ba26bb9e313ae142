import CareRecord
import ConflictResolver
import ControlProtocol
import RecordStore

extension FHIRService {
    /// The open conflicts of a resource with what may be decided, as Parameters.
    func conflicts(of type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        let found = try await store.conflicts(
            of: ResourceAddress(type: type, id: id, sourceSystem: call.client.sourceSystem),
            access: call.client.access, actor: call.actor)
        guard let found else { throw recorded(.notFound) }
        let parameters = FHIRJSON.object([
            ("resourceType", FHIRJSON.text("Parameters")),
            ("parameter", found.isEmpty ? nil : FHIRJSON.array(found.map(Self.parameter))),
        ])
        return FHIRAnswer(status: 200, body: Array(parameters.utf8))
    }

    /// Writes what a person decided about an open conflict (`merge.md` §8), and shows the resource as
    /// it is then.
    func resolve(_ type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        try FHIRMedia.checkBody(call.request)
        let sent = try FHIRParameters(
            call.request.body, known: ["conflict", "choice", "reason"])
        let decided = ConflictResolution(
            conflict: try sent.text("conflict"), choice: try sent.text("choice"),
            practitioner: call.client.practitioner, role: call.client.role,
            reason: try sent.text("reason"))
        do {
            try decided.check()
        } catch {
            throw FHIRFailure(
                status: 422, code: .value,
                diagnostics: "\(error.message) Send `choice` as $conflicts lists it, and `reason`.",
                expression: "Parameters.parameter")
        }
        // Who is not shown every value cannot decide between them.
        guard call.client.access.isConflictAware else { throw FHIRFailure.unaware }
        guard let conflict = EntityID(text: decided.conflict) else {
            throw FHIRFailure.noSuchConflict
        }
        try await decide(
            Resolution(
                conflict: conflict, decision: .option(decided.choice ?? ""),
                practitioner: decided.practitioner, role: decided.role, reason: decided.reason),
            of: type, id, call)
        do {
            return try await present(type, id, version: nil, call).answer
        } catch let failure as FHIRFailure {
            // Decided it is, whatever can be shown of it now.
            let outcome = FHIRFailure.outcome(
                "information", .informational, "The decision is stored. \(failure.diagnostics)")
            return FHIRAnswer(status: 200, body: Array(outcome.utf8))
        }
    }

    private func decide(
        _ resolution: Resolution, of type: String, _ id: String, _ call: Call
    ) async throws {
        do {
            let resolved = try await store.resolve(
                resolution,
                of: ResourceAddress(type: type, id: id, sourceSystem: call.client.sourceSystem),
                access: call.client.access, actor: call.actor)
            guard resolved != nil else { throw recorded(.notFound) }
        } catch let failure as StoreFailure where failure.code == .notFound {
            throw FHIRFailure.noSuchConflict
        } catch let refusal as ResolutionRefusal {
            switch refusal.rule {
            case .roleMayNot:
                throw FHIRFailure(
                    status: 403, code: .forbidden,
                    diagnostics: refusal.message + " The role is the one of the registered client.")
            case .noSuchOption:
                throw FHIRFailure(
                    status: 409, code: .conflict,
                    diagnostics: refusal.message + " $conflicts lists what may be decided.")
            case .noValue, .valueInvalid, .tooMuch:
                throw FHIRFailure(status: 422, code: .businessRule, diagnostics: refusal.message)
            }
        }
    }

    // MARK: - As parameters

    private static func parameter(_ open: ResourceConflict) -> String {
        let conflict = open.conflict
        let hours = Int64(conflict.conflictClass.hoursToResolve)
        let due = open.sinceMilliseconds + hours * 3_600_000
        let part = conflict.element.part
        var parts = [
            value("id", "String", conflict.id.description),
            value("class", "Code", conflict.conflictClass.letter),
            value("kind", "Code", conflict.kind.code),
            value("element", "String", "\(part.kind) \(conflict.element.facet)"),
            value("entity", "String", part.entity.description),
            value("since", "Instant", UTCText.instant(milliseconds: open.sinceMilliseconds)),
            value("due", "Instant", UTCText.instant(milliseconds: due)),
        ]
        parts += conflict.heads.map { value("head", "String", $0.dot.description) }
        parts += open.responsibility.roles.sorted().map { value("role", "Code", $0) }
        parts += open.choices.map(choice)
        return group("conflict", parts)
    }

    private static func choice(_ choice: ResourceConflict.Choice) -> String {
        var parts = [
            value("id", "String", choice.option.token),
            value("decision", "Code", choice.option.decision.code),
        ]
        parts += choice.dots.map { value("head", "String", $0.description) }
        if case .only(let part) = choice.option.decision {
            parts.append(value("entity", "String", part.entity.description))
        }
        return group("choice", parts)
    }

    private static func value(_ name: String, _ type: String, _ text: String) -> String {
        FHIRJSON.object([("name", FHIRJSON.text(name)), ("value\(type)", FHIRJSON.text(text))])
    }

    private static func group(_ name: String, _ parts: [String]) -> String {
        FHIRJSON.object([("name", FHIRJSON.text(name)), ("part", FHIRJSON.array(parts))])
    }
}

extension FHIRFailure {
    fileprivate static let unaware = FHIRFailure(
        status: 403, code: .forbidden,
        diagnostics: "This client is not registered as conflict-aware, so it was not shown what it "
            + "would decide between. Decide with `accord conflict resolve`.")
    fileprivate static let noSuchConflict = FHIRFailure(
        status: 409, code: .conflict,
        diagnostics: "No open conflict of this resource has this id: it was decided, or something "
            + "joined it. Ask for $conflicts again.")
}
