"""A web server on this machine, with a certificate of its own making."""

import bz2
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.contracts.weights import CONTENT

PAGES = {
    "/tiny.onnx": (200, {}, CONTENT),
    "/tiny.onnx.bz2": (200, {}, bz2.compress(CONTENT)),
    "/cut.onnx": (200, {"Content-Length": str(len(CONTENT))}, CONTENT[:5000]),
    "/cut.onnx.bz2": (200, {}, bz2.compress(CONTENT)[:-20]),
    "/odd.onnx.bz2": (200, {}, b"<html>Please log in</html>"),
    "/moved": (302, {"Location": "/tiny.onnx"}, b""),
    "/downgraded": (302, {"Location": "http://localhost/tiny.onnx?token=secret"}, b""),
    "/down": (503, {}, b""),
}

ANSWERS = {"/heard": 204, "/busy": 503, "/gone": 410, "/elsewhere": 307}
"""What is said to a POST."""


class Handler(BaseHTTPRequestHandler):
    """Serves the pages; a page below /busy is served at the third attempt."""

    server: "Server"

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        path = self.path.removeprefix("/busy")
        code, headers, body = PAGES.get(path, (404, {}, b""))
        if path != self.path and self.server.asked[self.path] < 3:
            code, headers, body = 503, {}, b""
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        self.send_response(ANSWERS.get(self.path, 404))
        self.send_header("Location", "/heard")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


class Server(ThreadingHTTPServer):
    """Counts what it is asked."""

    asked: Counter[str]
    heard: list[tuple[str, dict[str, str], bytes]]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the tests."""

    @property
    def place(self) -> str:
        return f"localhost:{self.server_port}"


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[tuple[Server, ssl.SSLContext]]:
    """Yield a server, and what a client needs to trust it; nothing outlives the context."""
    certificate = folder / "certificate.pem"
    certificate.write_bytes(_certificate())
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    server = Server(("localhost", port), Handler)
    server.asked, server.heard = Counter(), []
    server.socket = ours.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server, ssl.create_default_context(cafile=certificate)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate() -> bytes:
    """Return a fresh key and the certificate it signs for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)  # noqa: TID251 - certificates follow the system's clock
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
