import StrictJSON

/// What libFuzzer calls with every input it invents; a broken invariant traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStrictJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let buffer = UnsafeRawBufferPointer(start: start, count: count)
    for limits in [JSONLimits.value, .importFile, narrow] {
        checkInvariants(of: buffer, limits: limits)
    }
    return 0
}

/// Limits that short inputs can pass.
private let narrow = JSONLimits(
    documentBytesMax: 1_024, depthMax: 3, arrayItemsMax: 2, objectMembersMax: 20,
    stringBytesMax: 16, exemptsRootEntryArray: true)

private func checkInvariants(of buffer: UnsafeRawBufferPointer, limits: JSONLimits) {
    let bytes = [UInt8](buffer)
    let checked = refusal { () throws(JSONRefusal) in
        try JSONDocument.check(buffer, limits: limits)
    }
    let document: JSONDocument
    do {
        document = try JSONDocument(bytes, limits: limits)
    } catch {
        precondition(checked == error, "document and check disagree")
        precondition(error.offset >= 0 && error.offset <= bytes.count, "offset out of range")
        return
    }
    precondition(checked == nil, "check refuses what the document accepts")
    visit(document, document.root)
    let compact = document.compactBytes(document.root)
    precondition(document.compactSize(of: document.root) == compact.count, "compact size")
    let again: JSONDocument
    do {
        again = try JSONDocument(compact, limits: limits)
    } catch {
        preconditionFailure("compact output is refused: \(error)")
    }
    precondition(again.compactBytes(again.root) == compact, "compact is not idempotent")
    precondition(again.byteRange(again.root) == 0..<compact.count, "compact root range")
}

/// Walks the whole document without recursion and asks everything that can be asked.
private func visit(_ document: JSONDocument, _ root: JSONNode) {
    var open = [root]
    while let node = open.popLast() {
        let range = document.byteRange(node)
        precondition(!range.isEmpty && range.upperBound <= document.bytes.count, "range")
        precondition((document.string(node) != nil) == (node.kind == .string), "string")
        precondition((document.numberText(node) != nil) == (node.kind == .number), "number")
        _ = document.stringHasPrefix(node, "http://")
        var names: [[UInt8]] = []
        for (name, value) in document.members(of: node) {
            guard let text = document.string(name) else { preconditionFailure("name") }
            precondition(document.member(named: text, of: node) == value, "member by name")
            names.append([UInt8](text.utf8))
            checkDuplicate(of: text, written: document.rawBytes(name))
            open.append(value)
        }
        precondition(Set(names).count == names.count, "duplicate member")
        precondition(names.count == document.memberCount(of: node), "member count")
        let items = Array(document.items(of: node))
        precondition(items.count == document.itemCount(of: node), "item count")
        open.append(contentsOf: items)
    }
}

/// Puts a name beside itself with every character escaped: an object of both has to be refused.
private func checkDuplicate(of text: String, written: ArraySlice<UInt8>) {
    var bytes = [UInt8(ascii: "{")] + written + Array(":0,\"".utf8)
    for unit in text.utf16 {
        let digits = String(unit, radix: 16)
        bytes += Array("\\u".utf8) + Array(repeating: UInt8(ascii: "0"), count: 4 - digits.count)
        bytes += digits.utf8
    }
    bytes += Array("\":0}".utf8)
    let found = refusal { () throws(JSONRefusal) in try JSONDocument.check(bytes) }
    precondition(found?.rule == .duplicateMember, "a repeated name is accepted")
    precondition(found?.offset == written.count + 4, "duplicate offset")
}

private func refusal(_ body: () throws(JSONRefusal) -> Void) -> JSONRefusal? {
    do {
        try body()
    } catch {
        return error
    }
    return nil
}
