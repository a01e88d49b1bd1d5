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
