import StrictJSON

extension StatusRule {
    /// The codes that a value has for the rule's members, in their order; `nil` where it has none.
    func codes(of value: [UInt8]) -> [String?] {
        guard let document = JSONDocument.reading(value) else { return members.map { _ in nil } }
        return members.map { member in
            var node: JSONNode? = document.root
            if let outer = member.outer {
                node = node.flatMap { document.member(named: outer, of: $0) }
            }
            return node.flatMap { document.member(named: member.name, of: $0) }
                .flatMap { Self.code($0, in: document) }
        }
    }

    /// A code, or that of a concept's first coding.
    private static func code(_ node: JSONNode, in document: JSONDocument) -> String? {
        guard node.kind == .object else { return document.string(node) }
        guard let codings = document.member("coding", of: node) else { return nil }
        var items = document.items(of: codings)
        return items.next().flatMap { document.member("code", of: $0) }
            .flatMap { document.string($0) }
    }

    /// Whether one value is shown before another; `nil` if the rule does not tell them apart.
    func precedes(_ left: [String?], _ right: [String?]) -> Bool? {
        for (rank, (left, right)) in zip(ranks, zip(left, right)) {
            let (left, right) = (left ?? "", right ?? "")
            if rank.precedes(left, right) { return true }
            if rank.precedes(right, left) { return false }
        }
        return nil
    }

    /// The class of concurrent values that differ, by their first member's codes.
    func conflictClass(of codes: [String?]) -> ConflictClass {
        if tension == .always { return .urgent }
        // It neither wins nor loses by rank: the element is disputed.
        if codes.contains("entered-in-error") { return .human }
        let rank = ranks[0]
        let endings = Set(codes.compactMap { $0 }.filter(rank.isEnding))
        let isEnding = !endings.isEmpty
        let hasLive = codes.contains { !rank.isEnding($0 ?? "") }
        switch tension {
        case .never: return .flagged
        case .warning: return .human
        case .always: return .urgent
        case .stopAgainstContinue: return isDisputedStop(codes) ? .human : .flagged
        case .endingAgainstLive: return isEnding && hasLive ? .human : .flagged
        case .endingAgainstAnother:
            return isEnding && (hasLive || endings.count > 1) ? .human : .flagged
        }
    }

    /// Whether a stop or hold meets a continue.
    func isDisputedStop(_ codes: [String?]) -> Bool {
        switch tension {
        case .stopAgainstContinue, .always:
            let rank = ranks[0]
            return codes.contains { rank.isRestraining($0 ?? "") }
                && codes.contains { !rank.isRestraining($0 ?? "") }
        case .never, .endingAgainstAnother, .endingAgainstLive, .warning: return false
        }
    }
}
