/// Spans as OTLP's JSON: ids in hexadecimal digits, names in camel case, 64-bit numbers as strings.
struct OTLPBody {
    private(set) var bytes: [UInt8] = []

    /// Renders one export.
    init(_ spans: [Span], of configuration: OTLPConfiguration) {
        bytes.reserveCapacity(512 + 768 * spans.count)
        put(#"{"resourceSpans":[{"resource":{"attributes":"#)
        list(configuration.resource) { body, attribute in
            body.attribute(Span.Attribute(attribute.key, attribute.value))
        }
        put(#"},"scopeSpans":[{"scope":{"name":"flashsale","version":"#)
        string(configuration.version)
        put(#"},"spans":"#)
        list(spans) { body, span in body.span(span) }
        put("}]}]}")
    }

    private mutating func span(_ span: Span) {
        put("{")
        place(span.context)
        if let parent = span.context.parentID {
            put(#","parentSpanId":""#)
            put(parent.description)
            put("\"")
        }
        put(#","flags":"#)
        put(String(Self.flags(span)))
        put(#","name":"#)
        string(span.name)
        put(#","kind":"#)
        put(String(span.kind.rawValue))
        put(#","startTimeUnixNano":""#)
        put(String(span.start))
        put(#"","endTimeUnixNano":""#)
        put(String(span.end))
        put(#"","attributes":"#)
        list(span.attributes) { body, attribute in body.attribute(attribute) }
        if !span.links.isEmpty {
            put(#","links":"#)
            list(span.links) { body, link in
                body.put("{")
                body.place(link)
                body.put("}")
            }
        }
        if span.droppedLinks > 0 {
            put(#","droppedLinksCount":"#)
            put(String(span.droppedLinks))
        }
        put(span.isError ? #","status":{"code":2}}"# : #","status":{}}"#)
    }

    private mutating func place(_ context: TraceContext) {
        put(#""traceId":""#)
        put(context.traceID.description)
        put(#"","spanId":""#)
        put(context.spanID.description)
        put("\"")
        if !context.state.isEmpty {
            put(#","traceState":"#)
            string(context.state)
        }
    }

    private mutating func attribute(_ attribute: Span.Attribute) {
        put(#"{"key":"#)
        string(attribute.key)
        switch attribute.value {
        case .text(let text):
            put(#","value":{"stringValue":"#)
            string(text)
            put("}}")
        case .integer(let number):
            put(#","value":{"intValue":""#)
            put(String(number))
            put(#""}}"#)
        }
    }

    /// Sampled, and whether the span above is another process's.
    private static func flags(_ span: Span) -> Int {
        let isRemote = span.kind == .server && span.context.parentID != nil
        return 1 | 0x100 | (isRemote ? 0x200 : 0)
    }

    private mutating func list<Element>(_ elements: [Element], _ element: (inout OTLPBody, Element) -> Void) {
        put("[")
        for (position, one) in elements.enumerated() {
            if position > 0 { put(",") }
            element(&self, one)
        }
        put("]")
    }

    private mutating func string(_ text: String) {
        put("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                put("\\u00")
                put(byte < 0x10 ? "0" : "1")
                put(String(byte & 15, radix: 16))
            default: bytes.append(byte)
            }
        }
        put("\"")
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
