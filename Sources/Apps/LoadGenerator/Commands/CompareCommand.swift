import ArgumentParser

/// `flashsale-load compare`: what has changed between two files of runs.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Print the ratios of the medians of two files of runs, label by label."
    )

    @Argument(help: "The file to compare with.") var base: String
    @Argument(help: "The file that is compared.") var other: String

    func run() throws { Terminal.write(try CompareTable.text(RunReport.read(base), RunReport.read(other))) }
}
