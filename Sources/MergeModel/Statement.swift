package import CareRecord

/// What a change says of one element.
package final class Statement: Sendable {
    /// The element.
    package let element: ModelElement
    /// What it says.
    package let content: Content
    /// The change.
    package let name: WrittenName
    /// When, for display order only.
    package let time: HybridTime

    /// What is said.
    package enum Content: Sendable {
        /// A value that can be read.
        case value(FacetSaying)
        /// Of existence: there; ended or moved elsewhere; entered in error.
        case present, ended, retracted
        /// What cannot be read, as given.
        case unreadable(String)
        /// A value that has not come yet.
        case onItsWay
        /// A value that was destroyed by order.
        case erased

        /// The value, if it can be read.
        package var saying: FacetSaying? {
            if case .value(let saying) = self { saying } else { nil }
        }

        /// Whether both say the same; what cannot be read is equal to nothing.
        func isSame(_ other: Content) -> Bool {
            switch (self, other) {
            case (.value(let left), .value(let right)): left.canonical == right.canonical
            case (.present, .present), (.ended, .ended), (.retracted, .retracted): true
            default: false
            }
        }
    }

    init(_ element: ModelElement, _ content: Content, _ name: WrittenName, _ time: HybridTime) {
        self.element = element
        self.content = content
        self.name = name
        self.time = time
    }

    /// Everything that a change says.
    static func all(
        part: ModelPart, facet: String, operation: Operation, saying: Saying, name: WrittenName,
        time: HybridTime
    ) -> [Statement] {
        func statement(_ facet: String, _ content: Content) -> Statement {
            Statement(ModelElement(part: part, facet: facet), content, name, time)
        }
        switch operation {
        case .omit, .erase: return []
        case .retract: return [statement("existence", .retracted)]
        case .unlink, .relocate: return [statement("existence", .ended)]
        case .unknown: return [statement(facet, unreadable(saying))]
        default: break
        }
        if case .existence(let word) = saying {
            let said: [String: Content] = [
                "present": .present, "ended": .ended, "retracted": .retracted,
            ]
            return said[word].map { [statement(facet, $0)] } ?? []
        }
        guard facet == "*" else {
            if case .facet(let value) = saying { return [statement(facet, .value(value))] }
            return [statement(facet, unreadable(saying))]
        }
        guard case .whole(let whole) = saying else {
            let isThere = statement("existence", .present)
            return saying.isNothing ? [isThere] : [isThere, statement("*", unreadable(saying))]
        }
        return all(in: whole, of: part, name, time)
    }

    private static func all(
        in whole: WholeSaying, of part: ModelPart, _ name: WrittenName, _ time: HybridTime
    ) -> [Statement] {
        let contents = [("existence", Content.present)] + whole.facets.map { ($0, .value($1)) }
        let own = contents.map { facet, content in
            Statement(ModelElement(part: part, facet: facet), content, name, time)
        }
        return whole.inner.reduce(own) { found, item in
            found + all(in: item.whole, of: part.inner(item.member, item.id), name, time)
        }
    }

    private static func unreadable(_ saying: Saying) -> Content {
        switch saying {
        case .erased: .erased
        case .onItsWay: .onItsWay
        case .unreadable(let text): .unreadable(text)
        default: .unreadable("")
        }
    }
}
