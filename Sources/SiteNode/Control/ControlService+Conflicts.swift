import AuditTrail
import CareRecord
import ConflictResolver
import ControlProtocol
import RecordStore

extension ControlService {
    func answerAboutConflicts(
        _ route: ControlRoute, _ request: ControlRequest, _ actor: AuditActor
    ) async throws -> ControlAnswer? {
        switch route {
        case .listConflicts:
            return try json(try await listConflicts(try decode(request), actor: actor))
        case .showConflict:
            return try json(try await showConflict(try decode(request), actor: actor))
        case .resolveConflict:
            return try json(try await resolveConflict(try decode(request), actor: actor))
        default: return nil
        }
    }

    /// Open conflicts, the most demanding first.
    private func listConflicts(
        _ filter: ConflictFilter, actor: AuditActor
    ) async throws -> [ConflictItem] {
        let names = try await SiteNames(store: store, node: node)
        let patient = try filter.patient.map(patientID)
        let found = try await store.conflicts(
            of: patient, from: filter.includesReview ? .flagged : .human, actor: actor)
        return found.map { item(of: $0, names) }
    }

    /// One open conflict with its values.
    private func showConflict(
        _ reference: ConflictReference, actor: AuditActor
    ) async throws -> ConflictDetail {
        let names = try await SiteNames(store: store, node: node)
        guard let id = EntityID(text: reference.conflict) else { throw Self.unknownConflict }
        let found: OpenConflict
        do {
            found = try await store.conflict(id, actor: actor)
        } catch let failure as StoreFailure where failure.code == .notFound {
            throw Self.unknownConflict
        }
        return ConflictDetail(
            item: item(of: found, names),
            values: found.values.map {
                Self.value(of: $0, resourceType: found.resourceType, names)
            },
            inSight: found.inSight.map {
                Self.value(of: $0, resourceType: found.resourceType, names)
            },
            choices: found.options.map { Self.choice($0, in: found, names) },
            takesValue: found.takesValue)
    }

    /// A value with who wrote it.
    static func value(
        of value: OpenConflict.Value, resourceType: String, _ names: SiteNames
    ) -> ConflictValue {
        ConflictValue(
            element: name(of: value.element), part: part(of: value.element, in: resourceType),
            text: text(of: value.content),
            authors: value.authors.map { author(of: $0, names) })
    }

    /// Who wrote something, where and when.
    static func author(
        of writing: OpenConflict.Writing, _ names: SiteNames
    ) -> ConflictAuthor {
        ConflictAuthor(
            site: names.name(of: writing.site), sourceSystem: writing.sourceSystem,
            practitioner: writing.author.practitioner, role: writing.author.role,
            recordedMilliseconds: writing.recordedMilliseconds, reason: writing.reason,
            together: writing.together)
    }

    /// Writes what somebody decided.
    private func resolveConflict(
        _ decided: ConflictResolution, actor: AuditActor
    ) async throws -> ConflictResolved {
        try decided.check()
        guard let id = EntityID(text: decided.conflict) else { throw Self.unknownConflict }
        let decision: Resolution.Decision =
            decided.value.map { .value(Array($0.utf8)) } ?? .option(decided.choice ?? "")
        do {
            let resolved = try await store.resolve(
                Resolution(
                    conflict: id, decision: decision, practitioner: decided.practitioner,
                    role: decided.role, reason: decided.reason), actor: actor)
            return ConflictResolved(
                conflict: decided.conflict, resourceType: resolved.resourceType,
                resource: resolved.resource.description,
                patient: resolved.stream.patient?.description, stillOpen: resolved.stillOpen)
        } catch let failure as StoreFailure where failure.code == .notFound {
            throw Self.unknownConflict
        } catch let refusal as ResolutionRefusal {
            throw ControlFailure(
                code: refusal.rule == .roleMayNot ? .notAllowed : .badRequest,
                message: refusal.message, next: "See `accord conflict show`.")
        }
    }

    private static func choice(
        _ option: ResolutionOption, in open: OpenConflict, _ names: SiteNames
    ) -> ConflictChoice {
        var choice = ConflictChoice(id: option.token, decision: option.decision.code)
        switch option.decision {
        case .value(let content): choice.text = text(of: content)
        case .only(let part): choice.text = part.entity.description
        case .onlyVersion(let head): choice.text = open.writings[head].map { origin(of: $0, names) }
        case .isThere, .ended, .enteredInError, .allStay: break
        }
        return choice
    }

    /// Whose version it is: two systems of one site have different ones.
    private static func origin(of writing: OpenConflict.Writing, _ names: SiteNames) -> String {
        "\(names.name(of: writing.site)), from \(writing.sourceSystem), recorded "
            + UTCText.instant(milliseconds: writing.recordedMilliseconds)
    }

    private static let unknownConflict = ControlFailure(
        code: .notFound, message: "No open conflict has this id.",
        next: "It may be resolved, or something joined it: see `accord conflict list`.")

    private func item(of open: OpenConflict, _ names: SiteNames) -> ConflictItem {
        let conflict = open.conflict
        let hours = Int64(conflict.conflictClass.hoursToResolve)
        return ConflictItem(
            id: conflict.id.description, conflictClass: conflict.conflictClass.letter,
            kind: conflict.kind.code, resourceType: open.resourceType,
            resource: open.resource.description, patient: open.stream.patient?.description,
            element: Self.name(of: conflict.element),
            part: Self.part(of: conflict.element, in: open.resourceType),
            sites: Set(conflict.heads.map { names.name(of: $0.dot.replica.site) }).sorted(),
            sinceMilliseconds: open.sinceMilliseconds,
            dueMilliseconds: open.sinceMilliseconds + hours * 3_600_000,
            mayResolve: open.responsibility.rawValue, roles: open.responsibility.roles.sorted())
    }

    /// The entity inside the resource that an element is of.
    private static func part(of element: PartElement, in resourceType: String) -> String? {
        element.part.kind == resourceType ? nil : element.part.entity.description
    }

    static func name(of element: PartElement) -> String {
        "\(element.part.kind) \(element.facet)"
    }

    private static func text(of content: HeadContent) -> String {
        switch content {
        case .value(let bytes), .opaque(let bytes): String(decoding: bytes, as: UTF8.self)
        case .present: "(is there)"
        case .ended: "(ended)"
        case .retracted: "(entered in error)"
        case .onItsWay: "(content on its way)"
        case .erased: "(erased by order)"
        }
    }
}
