import CareRecord

/// Tells in words what of a resource is disputed, and what everybody said, for readers who look at
/// nothing else.
struct DisputedNarrative {
    private let projector: ResourceProjector

    /// How each of them begins.
    static let opening = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>DISPUTED."

    init(_ projector: ResourceProjector) { self.projector = projector }

    /// R4's `Narrative`; its text begins with DISPUTED.
    var text: R4Value {
        var lines = projector.view.conflicts.filter { $0.conflictClass >= .human }.map(line)
        let contact = Responsibility.of(resourceType: projector.root.kind).rawValue
        lines.append("Contact: \(Self.escaped(contact)).")
        let div =
            Self.opening
            + " What follows was recorded by several people and differs; do not assume any of it.</p><ul>"
            + lines.map { "<li>\($0)</li>" }.joined() + "</ul></div>"
        return .object([
            R4Member("div", .text(div)), R4Member("status", .text("extensions")),
        ])
    }

    private func line(_ conflict: Conflict) -> String {
        let part = conflict.element.part
        let name = part == projector.root ? "" : " \(part.entity)"
        let subject = "\(part.kind)\(name), \(conflict.element.facet)"
        let title = "Class \(conflict.conflictClass.letter), \(Self.escaped(subject)): "
        let element = projector.view.part(conflict.element.part)?.element(conflict.element.facet)
        switch conflict.kind {
        case .siblings, .disputedStop:
            let siblings = element?.siblings ?? []
            let texts = siblings.map { sibling in
                let stop = conflict.kind == .disputedStop ? word(sibling, of: conflict) + " " : ""
                let writers = sibling.heads.map(writer).joined(separator: "; ")
                return stop + "<q>\(Self.text(sibling.content))</q> recorded by \(writers)"
            }
            let end = conflict.kind == .disputedStop ? " Do not assume either." : ""
            return title + texts.joined(separator: ". ") + "." + end
        default:
            let changes = conflict.heads.map { head in
                (projector.writer.writing(head)?.operation?.word ?? "changed") + " by "
                    + writer(head)
            }
            return title + conflict.kind.code + ": " + changes.joined(separator: "; ") + "."
        }
    }

    private func word(_ sibling: ElementView.Sibling, of conflict: Conflict) -> String {
        let shape = projector.shape(of: conflict.element.part)
        guard case .status(let rule) = shape.rule(of: conflict.element.facet),
            let code = sibling.content.value.flatMap({ rule.codes(of: $0)[0] })
        else { return "UNKNOWN" }
        return rule.ranks[0].isRestraining(code) ? "STOP" : "CONTINUE"
    }

    private func writer(_ head: HeadName) -> String {
        guard let writing = projector.writer.writing(head) else {
            return Self.escaped(head.dot.description)
        }
        let time = R4Text.instant(milliseconds: writing.recordedMilliseconds) ?? "an unknown time"
        let author = writing.author
        return Self.escaped("\(author.practitioner) (\(author.role), \(author.organisation))")
            + " at \(time)"
    }

    private static func text(_ content: HeadContent) -> String {
        switch content {
        case .value(let bytes): escaped(String(decoding: bytes, as: UTF8.self))
        case .opaque: "cannot be read here"
        case .present: "present"
        case .ended: "ended"
        case .retracted: "entered in error"
        case .onItsWay: "on its way"
        case .erased: "erased"
        }
    }

    /// Text as XML can hold it: what it cannot is left as the escape that JSON writes.
    private static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\t", "\n", "\r": output.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                output += "\\u" + String(scalar.value, radix: 16)
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
