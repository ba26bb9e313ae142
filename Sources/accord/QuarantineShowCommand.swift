import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord quarantine show`: one item in quarantine.
struct QuarantineShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is known of an item in quarantine, without its content.",
        discussion: "Example: accord quarantine show 7")

    @Argument(help: "The item's number, as accord quarantine list shows it.")
    var item: ItemArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let reference = QuarantineReference(item: item.number)
        try await options.present { .quarantineDetail(try await $0.quarantineItem(reference)) }
    }
}
