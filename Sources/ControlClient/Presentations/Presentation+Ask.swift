public import ControlProtocol

extension Presentation {
    /// Presents what a peer answered to an ask.
    public static func asked(_ receipt: AskReceipt, peer: String) -> Presentation {
        var csv = CSVTable(["outcome", "patient", "untilMilliseconds"])
        csv.add([
            .text(receipt.outcome.rawValue), .text(receipt.patient),
            .text(receipt.untilMilliseconds.map(String.init)),
        ])
        return Presentation(value: receipt, csv: csv) { style in
            switch receipt.outcome {
            case .nothing:
                return
                    "\(ShownText.safe(peer)) gives nothing.\n"
                    + "It does not say whether it holds the patient.\n"
            case .granted:
                var fields = FieldList()
                fields.add("granted by", peer)
                fields.add("patient", receipt.patient)
                fields.add(
                    "until",
                    receipt.untilMilliseconds.map {
                        FigureText.minute(milliseconds: $0) + " UTC"
                    })
                fields.add("next", "The record is sent first of all; `accord patient show` has it.")
                return fields.text(style)
            }
        }
    }
}
