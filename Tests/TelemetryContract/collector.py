"""Stands where a collector of traces would."""

import http.server
import threading


class Collector:
    """Takes exports on a free loopback port; `manner` is take, silent, or the status to answer with."""

    def __init__(self, manner="take", keeps=True):
        self.manner, self.keeps, self.bodies = manner, keeps, []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if collector.keeps:
                    collector.bodies.append((self.path, dict(self.headers), body))
                if collector.manner == "silent":
                    collector.is_over.wait()
                    return
                self.send_response(200 if collector.manner == "take" else int(collector.manner))
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.is_over = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.is_over.set()
        self.server.shutdown()
        self.server.server_close()
