"""Serves the folder "site" beside this file on this computer alone, with the headers of the site. Python 3.7 or newer."""

import functools
import http.server
import json
import pathlib
import re
import sys
import webbrowser

HERE = pathlib.Path(__file__).resolve().parent
# Always the same: what a browser stores belongs to the address with its port.
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 4173
HEADERS = [
    (rule["name"], [(re.compile(one["path"]), one["value"]) for one in rule["rules"]], rule["other"])
    for rule in json.loads((HERE / "headers.json").read_text(encoding="utf-8"))
]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with the headers of the site; a folder is never listed."""

    protocol_version = "HTTP/1.1"
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        # Windows may call scripts text, which browsers do not run.
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".json": "application/json",
        ".css": "text/css",
        ".svg": "image/svg+xml",
    }

    def end_headers(self) -> None:
        path = self.path.split("?")[0]
        for name, rules, other in HEADERS:
            value = next((value for pattern, value in rules if pattern.search(path)), other)
            if value:
                self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: object) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing: nobody needs a list of what was asked."""


address = f"http://127.0.0.1:{PORT}/"
handler = functools.partial(Handler, directory=str(HERE / "site"))
with http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler) as server:
    print(f"Thinktab is at {address} (Ctrl+C stops it)", flush=True)
    if len(sys.argv) < 2:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
