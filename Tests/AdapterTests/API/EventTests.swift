import HTTP
import Kernel
import Sales
import TestSupport
import Testing

@testable import API

@Suite struct EventTests {
    @Test func beginsWithASnapshotAndGoesOnWithWhatIsSold() async throws {
        try await EventStage.with { stage in
            stage.sell(3)
            let response = await stage.get(stage.target)
            #expect(response.status == 200)
            #expect(response.header("Content-Type") == "text/event-stream; charset=utf-8")
            #expect(response.header("X-Accel-Buffering") == "no")
            #expect(response.streamText.hasPrefix("retry: 2000\n\nevent: snapshot\nid: "))

            stage.sell(1, 20)
            await stage.look()
            let events = response.events
            #expect(events.map(\.name) == ["snapshot", "delta"])
            let head = #"{"sale_id":"\#(stage.sale.id)","status":"active","starts_at":"\#(stage.sale.startsAt)","#
            #expect(events[0].data.hasPrefix(head))
            #expect(events[0].data.hasSuffix(#""items":20,"sold":1,"sold_rate":0,"version":1}"#))
            #expect(events[1].data == #"{"sold":3,"sold_rate":2,"items":[1,20]}"#)
            #expect(events[1].id != nil && events[1].id != events[0].id)
        }
    }

    @Test func tellsAtMostFourTimesASecondHoweverOftenSomebodyLooks() async throws {
        try await EventStage.with(items: 1000) { stage in
            let reader = await stage.get(stage.target)
            for step in 1...100 {
                stage.sell(Int32(step))
                stage.time.advance(by: .milliseconds(20))
                _ = await stage.get("/sales/\(stage.sale.id)/availability")
                _ = await stage.get(stage.target)
            }
            let events = reader.events

            #expect(events.map(\.name) == ["snapshot"] + Array(repeating: "delta", count: 7))
            #expect(stage.feeds.audience.count == 1)
        }
    }

    @Test func tellsWhatOtherInstancesSell() async throws {
        try await EventStage.with { stage in
            let reader = await stage.get(stage.target)
            // On a machine with much else to do a gate may be too late to take a fact, or to give it.
            for _ in 0..<100 where reader.events.last?.name != "delta" {
                await stage.sellElsewhere(7, 9)
                await stage.look()
                if reader.events.last?.name != "delta" { try await Task.sleep(for: .milliseconds(50)) }
            }

            let told = try #require(reader.events.last?.data)
            #expect(told.hasPrefix(#"{"sold":2,"sold_rate":"#) && told.hasSuffix(#","items":[7,9]}"#))
            #expect(await stage.events()[0].data.contains(#""sold":2,"#))
        }
    }

    @Test func asksTheRecordNothingWhileTheSaleRuns() async throws {
        try await EventStage.with { stage in
            _ = await stage.get(stage.target)
            _ = stage.harness.calls.take()
            for number in 1...10 {
                await stage.sellElsewhere(Int32(number))
                await stage.look()
                _ = await stage.get(stage.target)
            }
            #expect(stage.harness.calls.take() == [])
        }
    }

    @Test func listsNoMoreThanTwoThousandItems() async throws {
        try await EventStage.with(items: 5000) { stage in
            let reader = await stage.get(stage.target)
            stage.sell((1...2000).map { $0 })
            await stage.look()
            #expect(reader.events.last?.data.hasSuffix("1999,2000]}") == true)

            stage.sell((2001...4001).map { $0 })
            await stage.look()
            #expect(reader.events.last?.data == #"{"sold":4001,"sold_rate":4001,"items":null}"#)
        }
    }

    @Test func goesOnWhereAReaderLeftOff() async throws {
        try await EventStage.with { stage in
            let first = await stage.events()
            stage.sell(1)
            await stage.look()
            stage.sell(2)
            await stage.look()
            let missed = await stage.events(since: first[0].id)
            #expect(missed.map(\.data).map { $0.contains("snapshot") } == [false, false])
            #expect(missed.map(\.name) == ["delta", "delta"])
            #expect(await stage.events(since: missed[0].id) == [missed[1]])
            #expect(await stage.events(since: missed[1].id) == [])
            let target = "\(stage.target)?last_event_id=\(missed[0].id ?? "")"
            #expect(await stage.get(target).events == [missed[1]])
            // What the client says by itself is newer than what stood in its first request.
            #expect(await stage.get(target, [("Last-Event-ID", missed[1].id ?? "")]).events == [])
        }
    }

    @Test func answersAnIDThatSaysNothingHereWithASnapshot() async throws {
        try await EventStage.with { stage in
            let id = try #require(await stage.events()[0].id)
            let token = id.prefix { $0 != "-" }
            let elsewhere = SaleFeeds(following: stage.harness.sales.followSale, maxReaders: 1)
            let foreign = try #require(
                await stage.harness.shoppers(feeds: elsewhere).call(.get, stage.target).events[0].id
            )
            for id in [
                foreign, "", "-", "x", "\(token)", "\(token)-", "\(token)-1", "\(token)--1", "\(token)-0-0", "0-0",
                "\(token)-99999999999999999999999", "ä-\u{1F600}", String(repeating: "9", count: 3000),
            ] {
                #expect(await stage.events(since: id).map(\.name) == ["snapshot"], "\(id)")
            }
        }
    }

    @Test func answersAnIDThatIsNoLongerKeptWithASnapshot() async throws {
        try await EventStage.with(items: 1000) { stage in
            let id = await stage.events()[0].id
            for number in 1...240 {
                stage.sell(Int32(number))
                await stage.look()
            }
            #expect(await stage.events(since: id).count == 240)
            stage.sell(241)
            await stage.look()

            #expect(await stage.events(since: id).map(\.name) == ["snapshot"])
        }
    }

    @Test func tellsWhatOperatorsDoAndEndsWithTheSale() async throws {
        try await EventStage.with { stage in
            let reader = await stage.get(stage.target)
            for command in [ControlSale.Command.pause, .resume, .extendBy(seconds: 60)] {
                try await stage.control(command)
                await stage.look()
            }
            stage.sell(4)
            try await stage.harness.store.change(
                "UPDATE items SET sold = true, sold_code = gen_random_uuid() WHERE item_no = 4"
            )
            try await stage.control(.end)
            await stage.look()
            let events = reader.events

            #expect(events.map(\.name) == ["snapshot", "status", "status", "status", "delta", "status", "end"])
            #expect(events[1].data.hasPrefix(#"{"status":"paused","starts_at":"#))
            #expect(events[2].data.hasPrefix(#"{"status":"active","#))
            #expect(events[3].data.contains(#""ends_at":"\#(stage.sale.endsAt.adding(seconds: 60))""#))
            #expect(events[5].data.hasPrefix(#"{"status":"ended","#))
            #expect(events[6].data.contains(#""items":20,"sold":1,"sold_rate":0"#))

            // Who comes back learns that it is over, and has the whole answer.
            for id in [nil, events[6].id] {
                let late = await stage.get(stage.target, id.map { [("Last-Event-ID", $0)] } ?? [])
                #expect(late.events.map(\.name) == ["snapshot", "end"])
                guard case .bytes = late.body else { return #expect(Bool(false), "the answer goes on") }
            }
            #expect(await stage.events(since: events[5].id ?? events[4].id).last?.name == "end")
        }
    }

    @Test func beginsAnewAfterAnotherEpoch() async throws {
        try await EventStage.with { stage in
            stage.sell(1, 2)
            let reader = await stage.get(stage.target)
            try await stage.harness.store.sales.raiseGateEpoch(
                of: stage.sale.id,
                by: AuditActor("test"),
                reason: "test"
            )
            try await stage.harness.sales.refreshSaleBoard.execute()
            await stage.look()

            #expect(reader.events.map(\.name) == ["snapshot", "snapshot"])
            #expect(reader.events[1].data.contains(#""sold":0,"#))
        }
    }

    @Test func refusesWhatItCannotServe() async throws {
        try await EventStage.with(maxReaders: 1) { stage in
            for sale in ["S-0000000000", "S-ZZZZZZZZZZ", "nonsense"] {
                for route in ["events", "availability"] {
                    #expect(await stage.get("/sales/\(sale)/\(route)").status == 404)
                }
            }
            #expect(await stage.get("\(stage.target)?last_event_id=1&last_event_id=1").status == 400)

            let reader = await stage.get(stage.target)
            let refused = await stage.get(stage.target)
            #expect(refused.status == 503)
            #expect(refused.header("Retry-After") == "5")
            #expect(refused.text.contains(#""code":"overloaded""#))
            #expect(reader.status == 200)
        }
    }

    @Test func showsWhatIsSoldAsABitmap() async throws {
        try await EventStage.with { stage in
            let target = "/sales/\(stage.sale.id)/availability"
            stage.sell(1, 8, 9, 20)
            let first = await stage.get(target)
            let tag = try #require(first.header("ETag"))
            guard case .bytes(let bytes) = first.body else { return }
            #expect(bytes == [0b1000_0001, 0b0000_0001, 0b0000_1000])
            #expect(first.header("Content-Type") == "application/octet-stream")
            #expect(first.header("Cache-Control") == "no-cache")
            #expect(first.header("X-Items") == "20" && first.header("X-Sold") == "4")

            let same = await stage.get(target, [("If-None-Match", tag)])
            #expect(same.status == 304 && same.header("ETag") == tag && same.header("X-Sold") == "4")

            stage.sell(2)
            #expect(await stage.get(target, [("If-None-Match", tag)]).status == 304)  // looked at a moment ago
            stage.time.advance(by: .milliseconds(250))
            let next = await stage.get(target, [("If-None-Match", tag)])
            #expect(next.status == 200 && next.header("X-Sold") == "5")
        }
    }
}
