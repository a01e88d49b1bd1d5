import Kernel

/// Brings items into a sale before it starts: all or nothing, in bounded memory.
public struct ImportItems: Sendable {
    /// Why nothing was imported.
    public enum Failure: Error, Sendable {
        /// There is no such sale.
        case saleNotFound
        /// The sale has begun or was ended.
        case saleHasBegun
        /// Lines that make no item, the first of them.
        case rejected([ImportFault])
        /// The record is away.
        case store(StoreError)
        /// The stream of lines broke off.
        case stream(any Error)
    }

    /// Most lines that are staged at once.
    static let pieceSize = 1000
    /// How long looking up the sale may take.
    static let patience = Duration.seconds(10)
    /// Most faults that are reported.
    static let maxFaults = 20

    let sales: any SaleRepository
    let imports: any ItemImports

    /// Imports into the sales of a repository.
    public init(sales: any SaleRepository, imports: any ItemImports) {
        self.sales = sales
        self.imports = imports
    }

    /// Imports `lines`; each is an item or what is wrong with its line.
    ///
    /// - Returns: how many items were added, and the sale after it.
    public func execute<Lines: AsyncSequence>(
        _ lines: Lines,
        into id: SaleID,
        by actor: AuditActor
    ) async throws(Failure) -> (added: Int, sale: Sale) where Lines.Element == ParsedLine {
        let summary = try await translating { () async throws(StoreError) in
            try await sales.sale(id, by: .now + Self.patience)
        }
        guard let summary else { throw .saleNotFound }
        guard summary.status == .scheduled else { throw .saleHasBegun }
        let importID = try await translating { () async throws(StoreError) in try await imports.begin(into: id) }
        do throws(Failure) {
            let count = try await stage(lines, of: importID)
            let result = try await translating { () async throws(StoreError) in
                try await imports.finish(importID, count: count, into: id, by: actor)
            }
            switch result {
            case .imported(let added, let sale): return (added, sale)
            case .rejected(let faults): throw Failure.rejected(faults)
            case .saleHasBegun: throw Failure.saleHasBegun
            case .saleNotFound: throw Failure.saleNotFound
            }
        } catch {
            // A task of its own, because the sender may have hung up and with that cancelled this one.
            await Task { await imports.discard(importID) }.value
            throw error
        }
    }

    private func stage<Lines: AsyncSequence>(_ lines: Lines, of id: ImportID) async throws(Failure) -> Int
    where Lines.Element == ParsedLine {
        var piece: [ImportedLine] = []
        var faults: [ImportFault] = []
        var count = 0
        do {
            for try await parsed in lines {
                switch parsed.fault(or: ItemRules.fault) {
                case .failure(let fault): faults.append(fault)
                case .success(let line):
                    piece.append(line)
                    count += 1
                }
                if faults.count >= Self.maxFaults { throw Failure.rejected(faults) }
                if piece.count >= Self.pieceSize, faults.isEmpty {
                    try await imports.stage(piece, of: id)
                    piece.removeAll(keepingCapacity: true)
                }
            }
            if !faults.isEmpty { throw Failure.rejected(faults) }
            if !piece.isEmpty { try await imports.stage(piece, of: id) }
            return count
        } catch let failure as Failure {
            throw failure
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .stream(error)
        }
    }

    private func translating<Value>(_ body: () async throws(StoreError) -> Value) async throws(Failure) -> Value {
        do { return try await body() } catch { throw .store(error) }
    }
}

/// A line of an import as the parser leaves it.
public struct ParsedLine: Sendable {
    /// From 1.
    public let line: Int32
    /// The item, or what is wrong with the line.
    public let item: Result<ItemDraft, InvalidText>

    /// Puts a line together from its parts.
    public init(line: Int32, item: Result<ItemDraft, InvalidText>) {
        self.line = line
        self.item = item
    }

    enum Checked {
        case success(ImportedLine)
        case failure(ImportFault)
    }

    func fault(or rules: (ItemDraft) -> String?) -> Checked {
        switch item {
        case .failure(let fault): .failure(ImportFault(line: line, reason: fault.reason))
        case .success(let draft):
            rules(draft).map { .failure(ImportFault(line: line, reason: $0)) }
                ?? .success(ImportedLine(line: line, item: draft))
        }
    }
}
