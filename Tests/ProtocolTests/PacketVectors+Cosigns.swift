import WireFormat

/// Requests to witnesses and their answers; what their bytes say is in `witness-requests.json`.
extension PacketVectors {
    private static let most = [UInt8](repeating: 0x61, count: 69_632)

    static var goodCosigns: [Vector] {
        let text = { (text: String) in Array(text.utf8) }
        return [
            good(
                "cosign", "bytes that are not looked at here",
                .cosign(Cosign(number: 1, request: text("old 0\n\n")))),
            good(
                "cosign-most", "the longest request", .cosign(Cosign(number: 9, request: most))),
            good(
                "cosign-answer-stale", "the size cosigned last, and the head of that size",
                .cosignAnswer(
                    CosignAnswer(
                        number: 9, status: 409, answer: text("7\n"), head: text("head\n")))),
            good(
                "cosign-answer-most", "the longest answer and the longest head",
                .cosignAnswer(
                    CosignAnswer(
                        number: 9, status: 422, answer: Array(most.prefix(65_536)),
                        head: Array(most.prefix(65_536))))),
        ]
            + CosignAnswer.statuses.map { status in
                good(
                    "cosign-answer-\(status)", "status \(status), nothing shown",
                    .cosignAnswer(
                        CosignAnswer(number: 1, status: status, answer: [], head: [])))
            }
    }

    static var badCosigns: [Vector] {
        let (one, request) = (Proto.number(1, 1), Proto.data(2, [1]))
        let status = Proto.number(2, 200)
        return [
            refused("cosign-number-0", "number 0", 17, request),
            refused("cosign-number-big", "2^63", 17, Proto.number(1, 1 << 63) + request),
            refused("cosign-no-request", "no request", 17, one),
            refused("cosign-too-long", "69,633 bytes", 17, one + Proto.data(2, most + [1])),
            refused("cosign-answer-number-0", "number 0", 18, status),
            refused("cosign-answer-number-big", "2^63", 18, Proto.number(1, 1 << 63) + status),
            refused("cosign-answer-status-0", "no status", 18, one),
            refused("cosign-answer-status-201", "no status", 18, one + Proto.number(2, 201)),
            refused(
                "cosign-answer-too-long", "65,537 bytes", 18,
                one + status + Proto.data(3, Array(most.prefix(65_537)))),
            refused(
                "cosign-answer-head-too-long", "65,537 bytes", 18,
                one + status + Proto.data(4, Array(most.prefix(65_537)))),
        ]
    }
}
