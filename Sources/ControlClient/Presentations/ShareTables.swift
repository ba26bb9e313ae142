import ControlProtocol

/// Tables of agreements and withdrawals.
enum ShareTables {
    /// Agreements, a row for each.
    static func agreements(_ shares: [ShareSummary]) -> TextTable {
        var table = TextTable([
            .init("NO", isNumber: true), .init("PEER", wraps: true),
            .init("COMPARTMENTS", wraps: true), .init("WHO"), .init("TERMS", wraps: true),
            .init("STREAMS", isNumber: true), .init("STATE (UTC)", wraps: true),
        ])
        for share in shares {
            let terms =
                [share.purpose] + (share.isAttested ? ["attested"] : [])
                + ["withdrawal " + share.onWithdrawal.rawValue + "s"]
            table.add([
                .init(String(share.agreement)), .init(share.peer),
                .init(share.compartments.joined(separator: ", ")), .init(share.scope.rawValue),
                .init(terms.joined(separator: ", ")), .init(FigureText.count(share.streams)),
                .init(state(share), tone(share.state)),
            ])
        }
        return table
    }

    /// Withdrawals, a row for each, with who has not acknowledged.
    static func withdrawals(_ withdrawals: [WithdrawalSummary]) -> TextTable {
        var table = TextTable([
            .init("NO", isNumber: true), .init("PEER", wraps: true), .init("WHAT", wraps: true),
            .init("STREAMS", isNumber: true), .init("STATE (UTC)", wraps: true),
            .init("NOT ACKNOWLEDGED", wraps: true),
        ])
        for withdrawal in withdrawals {
            let made = FigureText.minute(milliseconds: withdrawal.madeMilliseconds)
            let late = late(withdrawal)
            table.add([
                .init(String(withdrawal.withdrawal)), .init(withdrawal.peer),
                .init(what(withdrawal)), .init(FigureText.count(withdrawal.streams)),
                .init("\(withdrawal.state.rawValue), made \(made)"),
                .init(late ?? "nobody", late == nil ? nil : .doubtful),
            ])
        }
        return table
    }

    private static func state(_ share: ShareSummary) -> String {
        let made = FigureText.minute(milliseconds: share.madeMilliseconds)
        switch share.state {
        case .active: return "active, made \(made)"
        case .withdrawn:
            let withdrawn = share.withdrawnMilliseconds.map {
                " " + FigureText.minute(milliseconds: $0)
            }
            return "withdrawn" + (withdrawn ?? "")
        case .granting:
            guard let job = share.job else { return "granting" }
            let left = job.secondsLeft.map { ", " + FigureText.span(seconds: $0) + " left" }
            return "granting: \(FigureText.count(job.doneStreams)) of "
                + FigureText.count(job.totalStreams, "stream") + (left ?? "")
        }
    }

    private static func tone(_ state: ShareSummary.State) -> TextStyle.Tone? {
        switch state {
        case .active: nil
        case .granting: .doubtful
        case .withdrawn: .faint
        }
    }

    private static func what(_ withdrawal: WithdrawalSummary) -> String {
        let compartments =
            withdrawal.compartments.isEmpty
            ? "everything" : withdrawal.compartments.joined(separator: ", ")
        return compartments + (withdrawal.patient.map { " of patient " + $0 } ?? "")
    }

    /// Who has not acknowledged every notice; nil if all have.
    private static func late(_ withdrawal: WithdrawalSummary) -> String? {
        let late = withdrawal.acknowledgements.filter { $0.acknowledged < $0.notices }.map {
            answer in
            let missing = FigureText.count(answer.notices - answer.acknowledged)
            let refused = answer.refused == 0 ? "" : ", \(FigureText.count(answer.refused)) refused"
            return "\(answer.peer): \(missing) of \(FigureText.count(answer.notices, "notice"))"
                + refused
        }
        return late.isEmpty ? nil : late.joined(separator: "; ")
    }
}
