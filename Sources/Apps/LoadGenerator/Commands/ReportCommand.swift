import ArgumentParser

/// `flashsale-load report`: tables of runs that were kept.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the runs of files as a table."
    )

    @Argument(help: "Files of JSON lines.") var files: [String]

    func run() throws { Terminal.write(ReportTable.text(of: try files.flatMap(RunReport.read))) }
}

/// `flashsale-load compare`: what has changed between two files of runs.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Print the ratios of the medians of two files of runs, label by label."
    )

    @Argument(help: "The file to compare with.") var base: String
    @Argument(help: "The file that is compared.") var other: String

    func run() throws { Terminal.write(ReportTable.text(of: try RunReport.read(base) + RunReport.read(other))) }
}
