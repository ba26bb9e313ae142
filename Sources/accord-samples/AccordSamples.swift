import Foundation
import SamplePatients

/// Writes sample patients to files.
@main
struct AccordSamples {
    static func main() throws {
        switch Command.parse(Array(CommandLine.arguments.dropFirst())) {
        case .help:
            print(Command.usage)
        case .refused(let reason):
            FileHandle.standardError.write(Data("accord-samples: \(reason)\n".utf8))
            exit(64)
        case .write(let order):
            try write(order)
        }
    }

    private static func write(_ order: Command.Order) throws {
        let population = SamplePopulation(seed: order.seed, site: order.site)
        let indices = order.first..<(order.first + order.patients)
        if let folder = try order.bundleFolder.map(makeFolder) {
            try write(population.directoryBundle(), to: folder, "directory.json")
            for index in indices {
                let name = "patient-\(padded(index, width: 6)).json"
                try write(population.patientBundle(index), to: folder, name)
            }
        }
        guard let folder = try order.valueFolder.map(makeFolder) else { return }
        let prefix = "\(order.site.rawValue)-\(order.seed)"
        for (offset, value) in population.directoryResources().enumerated() {
            try write(value, to: folder, "\(prefix)-directory-\(padded(offset, width: 4)).json")
        }
        for index in indices {
            for (offset, value) in population.patientResources(index).enumerated() {
                let name = "\(prefix)-\(padded(index, width: 6))-\(padded(offset, width: 4)).json"
                try write(value, to: folder, name)
            }
        }
    }

    private static func makeFolder(_ path: String) throws -> URL {
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func write(_ bytes: [UInt8], to folder: URL, _ name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    private static func padded(_ number: Int, width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
