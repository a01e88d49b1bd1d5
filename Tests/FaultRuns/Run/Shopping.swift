import History

/// Shoppers at work around something that the run does.
enum Shopping {
    /// Lets shoppers shop while `body` runs, and waits until the last of them has its answer.
    static func during<Value>(
        at rig: Rig,
        _ options: RunOptions,
        _ body: (Shoppers) async throws -> Value
    ) async throws -> Value {
        var plan = ShoppersPlan(nodes: rig.addresses, sale: rig.sale.id, items: rig.sale.items, seed: options.seed)
        plan.operationsPerSecond = options.pace
        plan.maxOperations = options.operations * 20
        let shoppers = Shoppers(plan, recorder: rig.recorder)
        // A child task, which ends with this scope whatever happens in it.
        async let shopping: Void = shoppers.run()
        do {
            let value = try await body(shoppers)
            shoppers.stop()
            await shopping
            return value
        } catch {
            shoppers.stop()
            await shopping
            throw error
        }
    }
}
