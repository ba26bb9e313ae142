import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord import`: takes in files.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in FHIR R4 bundles, resources and NDJSON.",
        discussion: """
            A transaction or collection bundle, an entry of a batch bundle, and a line of NDJSON \
            are each taken in whole or not at all; what was refused is reported with its place and \
            rule. The same bytes again add nothing. Ends with 1 if anything was refused. Names of \
            files stay on this terminal.

            Example: accord import hospitals.json patients/*.json --defer
            """)

    @Argument(help: ArgumentHelp("Files; - is standard input.", valueName: "file"))
    var files: [String]

    @Flag(help: "Apply units that were imported before once more.")
    var again = false

    @Flag(help: "Try what was refused once more after the last file.")
    var `defer` = false

    @Option(help: ArgumentHelp("What the files are. (default: the node looks)"))
    var formatOfInput: ImportOptions.Format?

    @Option(
        help: ArgumentHelp(
            "A label of the system that wrote the files, such as its product's name.",
            valueName: "name"))
    var source: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard files.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("Standard input can be read only once.")
        }
        if let source, source.isEmpty || source.utf8.count > 64 {
            throw ValidationError("The source is a label of 1 to 64 bytes.")
        }
    }

    func run() async throws {
        let invocation = Invocation.current
        let inputs = files.map(InputFile.init)
        let meter = ImportMeter(
            sizes: inputs.map(\.expectedBytes),
            draw: invocation.showsProgress ? { StandardStreams.writeError($0) } : nil)
        let control = NodeControl(socketPath: invocation.socketPath(options.socketPath))
        var run = ImportRun(target: control, options: importOptions, meter: meter)
        let report = await run.send(inputs)
        await control.close()
        try StandardStreams.write(
            Presentation.imported(report).rendered(
                as: options.format, style: invocation.outputStyle))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    /// What is sent along with each file.
    var importOptions: ImportOptions {
        ImportOptions(
            appliesAgain: again, retriesAtEnd: `defer`, format: formatOfInput, source: source)
    }
}
