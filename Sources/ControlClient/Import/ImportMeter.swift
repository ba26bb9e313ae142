import ControlProtocol

/// The progress bar of an import, redrawn only when it changes.
public struct ImportMeter {
    private static let barWidth = 30

    private let sizes: [Int]
    private let draw: ((String) -> Void)?
    private var fileIndex = 0
    private var shown = ""

    /// Prepares a bar.
    ///
    /// - Parameters:
    ///   - sizes: the files' sizes, in bytes; 0 where unknown.
    ///   - draw: writes to the terminal; nil draws nothing.
    public init(sizes: [Int], draw: ((String) -> Void)?) {
        self.sizes = sizes.map { max(1, $0) }
        self.draw = draw
    }

    mutating func begin(file index: Int) {
        fileIndex = index
        show(share: 0)
    }

    mutating func advance(_ part: ImportProgress) {
        guard part.total > 0 else { return }
        show(share: min(1, max(0, Double(part.done) / Double(part.total))))
    }

    /// Removes the bar from the terminal.
    mutating func clear() {
        guard let draw, !shown.isEmpty else { return }
        draw("\r\u{1B}[K")
        shown = ""
    }

    private mutating func show(share: Double) {
        guard let draw, sizes.indices.contains(fileIndex) else { return }
        let done = Double(sizes[..<fileIndex].reduce(0, +)) + share * Double(sizes[fileIndex])
        let fraction = done / Double(sizes.reduce(0, +))
        let filled = Int(fraction * Double(Self.barWidth) + 1e-9)
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.barWidth - filled)
        // A share such as 0.7 is a little less in binary.
        let percent = Int(fraction * 100 + 1e-9)
        let text = "[\(bar)] \(percent) %  file \(fileIndex + 1) of \(sizes.count)"
        guard text != shown else { return }
        draw("\r\u{1B}[K" + text)
        shown = text
    }
}
