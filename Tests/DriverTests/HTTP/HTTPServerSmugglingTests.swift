import HTTP
import TestSupport
import Testing

/// Requests whose end or whose recipient two parties could see differently.
@Suite struct HTTPServerSmugglingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let status: Int
        var testDescription: String { name }

        init(_ name: String, _ status: Int, _ request: String) {
            self.name = name
            self.status = status
            self.request = request
        }
    }

    private static func post(_ headers: String, _ body: String = "") -> String {
        "POST /echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\r\n\(body)"
    }

    private static func get(_ target: String, _ headers: String = "Host: a\r\n", version: String = "HTTP/1.1") -> String
    {
        "GET \(target) \(version)\r\n\(headers)\r\n"
    }

    @Test(arguments: [
        Case("length and chunked", 400, post("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        Case("chunked and length", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n")),
        Case("two lengths that differ", 400, post("Content-Length: 3\r\nContent-Length: 4", "abcd")),
        Case("two lengths alike", 400, post("Content-Length: 3\r\nContent-Length: 3", "abc")),
        Case("a list of lengths", 400, post("Content-Length: 3, 3", "abc")),
        Case("signed length", 400, post("Content-Length: +3", "abc")),
        Case("negative length", 400, post("Content-Length: -3", "abc")),
        Case("hexadecimal length", 400, post("Content-Length: 0x3", "abc")),
        Case("empty length", 400, post("Content-Length: ", "")),
        Case("length with a space", 400, post("Content-Length: 3 3", "abc")),
        Case("length past 64 bits", 400, post("Content-Length: 18446744073709551619", "abc")),
        Case("unknown coding", 501, post("Transfer-Encoding: gzip")),
        Case("coding list", 501, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
        Case("chunked not last", 400, post("Transfer-Encoding: chunked, identity", "0\r\n\r\n")),
        Case("coding with a prefix", 501, post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
        Case("chunked twice", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        Case("coding in HTTP/1.0", 400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case("space before the colon", 400, post("Content-Length : 3", "abc")),
        Case("space before the coding's colon", 400, post("Transfer-Encoding : chunked", "0\r\n\r\n")),
        Case("folded header", 400, post("X-A: b\r\n c", "")),
        Case("folded coding", 400, post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")),
        Case("space before the first header", 400, "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"),
        Case("bare CR in a value", 400, post("X-A: b\rc")),
        Case("bare CR as a line end", 400, "GET /hello HTTP/1.1\rHost: a\r\r"),
        Case("bare LF as a line end", 400, "GET /hello HTTP/1.1\nHost: a\n\n"),
        Case("bare LF after a header", 400, "GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        Case("NUL in a value", 400, post("X-A: b\0c")),
        Case("NUL in a name", 400, post("X\0A: b")),
        Case("control character in a value", 400, post("X-A: b\u{1}c")),
        Case("empty name", 400, post(": b")),
        Case("no colon", 400, post("Header")),
        Case("name with a slash", 400, post("X/A: b")),
        Case("no Host", 400, "GET /hello HTTP/1.1\r\n\r\n"),
        Case("two Hosts", 400, get("/hello", "Host: a\r\nHost: b\r\n")),
        Case("two Hosts alike", 400, get("/hello", "Host: a\r\nhost: a\r\n")),
        Case("empty Host", 400, get("/hello", "Host:\r\n")),
        Case("Host with a space", 400, get("/hello", "Host: a b\r\n")),
        Case("Host with a path", 400, get("/hello", "Host: a/b\r\n")),
        Case("Host with a user", 400, get("/hello", "Host: u@a\r\n")),
        Case("Host list", 200, get("/hello", "Host: a:80\r\n")),
        Case("IPv6 Host", 200, get("/hello", "Host: [::1]:80\r\n")),
        Case("fragment", 400, get("/hello#a")),
        Case("asterisk for GET", 400, get("*")),
        Case("relative target", 400, get("hello")),
        Case("absolute target", 200, get("http://a/hello")),
        Case("absolute target of another scheme", 400, get("ftp://a/hello")),
        Case("absolute target with a user", 400, get("http://u@a/hello")),
        Case("absolute target without a host", 400, get("http:///hello")),
        Case("target with a tab", 400, get("/hel\tlo")),
        Case("target with a byte above ASCII", 400, get("/hellö")),
        Case("no target", 400, "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("space in the target", 400, get("/hel lo")),
        Case("CONNECT", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("HTTP/2", 505, get("/hello", version: "HTTP/2.0")),
        Case("HTTP/1.2", 505, get("/hello", version: "HTTP/1.2")),
        Case("HTTP/0.9", 505, get("/hello", version: "HTTP/0.9")),
        Case("no version", 400, "GET /hello\r\n\r\n"),
        Case("lower-case version", 400, get("/hello", version: "http/1.1")),
        Case("preface of HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Case("TLS", 400, "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}"),
        Case("lower-case method", 501, "get /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("unknown method", 501, "SELL /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("method that is no token", 400, "SE/LL /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("two spaces before the target", 400, "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("two spaces before the version", 400, get("/hello ")),
        Case("RTSP", 400, get("/hello", version: "RTSP/1.0")),
        Case("HTTP/0.9", 400, "GET /hello\r\n"),
        Case("bare LF before the request", 400, "\n" + get("/hello")),
        Case("Host with a port of letters", 400, get("/hello", "Host: a:b\r\n")),
        Case("Host with a port past the last", 400, get("/hello", "Host: a:65536\r\n")),
        Case("Host with a port alone", 400, get("/hello", "Host: :80\r\n")),
        Case("Host with half an IPv6 address", 400, get("/hello", "Host: [::1\r\n")),
        Case("Host with a malformed escape", 400, get("/hello", "Host: a%z0\r\n")),
        Case("white space after Host", 200, get("/hello", "Host: a \t\r\n")),
        Case("spaces after a length", 200, post("Content-Length: 3  ", "abc")),
        Case("space after chunked", 501, post("Transfer-Encoding: chunked ", "0\r\n\r\n")),
        Case("trailer", 200, post("Transfer-Encoding: chunked", "0\r\nX-Sum: 1\r\n\r\n")),
        Case("Connection as a trailer", 400, post("Transfer-Encoding: chunked", "0\r\nConnection: close\r\n\r\n")),
        Case("Host as a trailer", 400, post("Transfer-Encoding: chunked", "0\r\nHost: b\r\n\r\n")),
        Case("empty line before the request", 200, "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("chunk size not hexadecimal", 400, post("Transfer-Encoding: chunked", "g\r\nabc\r\n0\r\n\r\n")),
        Case("chunk size with a sign", 400, post("Transfer-Encoding: chunked", "+3\r\nabc\r\n0\r\n\r\n")),
        Case("chunk size with 0x", 400, post("Transfer-Encoding: chunked", "0x3\r\nabc\r\n0\r\n\r\n")),
        Case(
            "chunk size past 64 bits",
            400,
            post("Transfer-Encoding: chunked", "10000000000000003\r\nabc\r\n0\r\n\r\n")
        ),
        Case("chunk longer than its size", 400, post("Transfer-Encoding: chunked", "3\r\nabcd\r\n0\r\n\r\n")),
        Case("chunk ended by LF", 400, post("Transfer-Encoding: chunked", "3\r\nabc\n0\r\n\r\n")),
        Case("chunk size ended by LF", 400, post("Transfer-Encoding: chunked", "3\nabc\r\n0\r\n\r\n")),
        Case("chunk size with a space", 400, post("Transfer-Encoding: chunked", "3 \r\nabc\r\n0\r\n\r\n")),
    ])
    func isAnsweredAsItShould(_ example: Case) async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            try await client.send(example.request)

            let response = try await client.response()

            #expect(response.status == example.status)
            if example.status != 200 {
                #expect(response.header("connection") == "close")
                // Nothing after the refused request is taken for another one.
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.rest() == "")
            }
            await client.close()
        }
    }

    @Test(arguments: ["GET  /hello HTTP/1.1\r\n", "GET /hello  HTTP/1.1\r\n", "GET /hello RTSP/1.0\r\n"])
    func refusesARequestLineThatArrivesInPieces(_ line: String) async throws {
        try await HTTPTestServer.run { server in
            for size in [1, 3, 6] {
                let client = try await server.connect()
                let bytes = Array((line + "Host: a\r\n\r\n").utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    // A refusal may come before the last piece.
                    try? await client.send(Array(bytes[start..<min(start + size, bytes.count)]))
                }

                #expect(try await client.response().status == 400)
                await client.close()
            }
        }
    }
}
