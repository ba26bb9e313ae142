public import ControlProtocol

extension Presentation {
    /// Presents what is shared, then what was withdrawn and who has not acknowledged it. As CSV and
    /// NDJSON, both are rows of one list.
    public static func shares(_ overview: ShareOverview) -> Presentation {
        let items: [any Encodable & Sendable] = overview.agreements + overview.withdrawals
        return Presentation(value: overview, items: items, csv: csv(overview)) { style in
            let agreements =
                overview.agreements.isEmpty
                ? "Nothing is shared. `accord share grant` makes an agreement.\n"
                : ShareTables.agreements(overview.agreements).text(style)
            guard !overview.withdrawals.isEmpty else { return agreements }
            return agreements + "\n" + style.coloured("Withdrawn", .heading) + "\n"
                + ShareTables.withdrawals(overview.withdrawals).text(style)
        }
    }

    /// Presents what a grant to a peer began.
    public static func granted(_ receipt: ShareReceipt, peer: String) -> Presentation {
        var csv = CSVTable(["agreement", "streamsToDecide", "version"])
        csv.add([
            .number(receipt.agreement), .number(receipt.streamsToDecide), .number(receipt.version),
        ])
        return Presentation(value: receipt, csv: csv) { _ in
            let streams = FigureText.count(receipt.streamsToDecide, "stream")
            return "Agreement \(receipt.agreement) with \(ShownText.safe(peer)) is made"
                + " (share set version \(receipt.version)).\n"
                + "\(streams) to decide; `accord share list` shows how far it is.\n"
        }
    }

    /// Presents what a withdrawal from a peer did.
    public static func withdrawn(_ receipt: WithdrawalReceipt, peer: String) -> Presentation {
        var csv = CSVTable(["withdrawal", "streams", "policyVersion"])
        csv.add([
            .number(receipt.withdrawal), .number(receipt.streams), .number(receipt.policyVersion),
        ])
        return Presentation(value: receipt, csv: csv) { _ in
            let streams = FigureText.count(receipt.streams, "stream")
            return "Withdrawal \(receipt.withdrawal) binds: \(ShownText.safe(peer)) gets"
                + " \(streams) less.\n"
                + "`accord share list` shows who has not acknowledged it.\n"
        }
    }

    private static func csv(_ overview: ShareOverview) -> CSVTable {
        var csv = CSVTable([
            "kind", "number", "peer", "compartments", "scope", "purpose", "isAttested",
            "onWithdrawal", "patient", "reason", "state", "streams", "version", "madeMilliseconds",
            "withdrawnMilliseconds", "doneStreams", "totalStreams", "notices", "acknowledged",
            "refused",
        ])
        for share in overview.agreements {
            csv.add([
                .text("agreement"), .number(share.agreement), .text(share.peer),
                .text(share.compartments.joined(separator: " ")), .text(share.scope.rawValue),
                .text(share.purpose), .flag(share.isAttested), .text(share.onWithdrawal.rawValue),
                .text(nil), .text(nil), .text(share.state.rawValue), .number(share.streams),
                .number(share.version), .number(Int(share.madeMilliseconds)),
                .text(share.withdrawnMilliseconds.map(String.init)),
                .text((share.job?.doneStreams).map(String.init)),
                .text((share.job?.totalStreams).map(String.init)), .text(nil), .text(nil),
                .text(nil),
            ])
        }
        for withdrawal in overview.withdrawals {
            let answers = withdrawal.acknowledgements
            csv.add([
                .text("withdrawal"), .number(withdrawal.withdrawal), .text(withdrawal.peer),
                .text(withdrawal.compartments.joined(separator: " ")), .text(nil), .text(nil),
                .text(nil), .text(nil), .text(withdrawal.patient), .text(withdrawal.reason),
                .text(withdrawal.state.rawValue), .number(withdrawal.streams), .text(nil),
                .number(Int(withdrawal.madeMilliseconds)), .text(nil), .text(nil), .text(nil),
                .number(answers.reduce(0) { $0 + $1.notices }),
                .number(answers.reduce(0) { $0 + $1.acknowledged }),
                .number(answers.reduce(0) { $0 + $1.refused }),
            ])
        }
        return csv
    }
}
