import ArgumentParser
import Sales

/// How results are printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs, the same as the operator API answers, instead of text for people.")
    var json = false

    /// Prints a result in the wanted form.
    func show(json bytes: @autoclosure () -> [UInt8], text: @autoclosure () -> String) throws {
        if json { try Terminal.write(bytes() + [UInt8(ascii: "\n")]) } else { try Terminal.write(text()) }
    }
}

/// Whether a long command says how far it has come.
struct ProgressOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Say on standard error how far it has come; without either where that is a terminal."
    )
    var progress: Bool?
}

/// The sale that a command is about.
struct SaleArgument: ParsableArguments {
    @Argument(help: "The sale's id, such as S-0000000001.") var sale: String

    /// The id.
    func id() throws -> SaleID { try Reading.sale(sale) }
}
