"""A real mail server and a real web server on loopback, for what is sent in tests."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USER, PASSWORD = "watch", "correct horse"
BORN = datetime(2020, 1, 1, tzinfo=UTC)


class PostOffice:
    """What a mail server took, and how it answers to each recipient."""

    def __init__(self):
        self.taken = []
        self.answers = {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        answer = self.answers.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.taken.append(
            (
                envelope.rcpt_tos,
                envelope.content,
                session.authenticated,
                server.transport.get_extra_info("ssl_object") is not None,
            )
        )
        return "250 OK"


def certificate(folder, host="localhost"):
    """A certificate of a host that vouches for itself; the files of it and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, BORN, BORN + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / f"{host}.pem", folder / f"{host}.key"
    shown.write_bytes(made.public_bytes(Encoding.PEM))
    kept.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, kept


@contextmanager
def mail_server(office, files=None, *, at_once=False):
    """The port of a server: in clear, with STARTTLS under a certificate, or in TLS from the first byte."""

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*map(str, files))
    how = (
        {"ssl_context": context, "auth_require_tls": False}
        if at_once
        else {"tls_context": context, "require_starttls": bool(context)}
    )
    with socket.create_server(("127.0.0.1", 0)) as free:  # the library greets the port that it was told of
        port = free.getsockname()[1]
    found = Controller(office, hostname="127.0.0.1", port=port, authenticator=check, **how)
    found.start()
    try:
        yield port
    finally:
        found.stop()


@contextmanager
def web_server(status=200):
    """The address of a server that keeps what is posted to it, and the list of it."""
    kept = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.append((self.path, dict(self.headers.items()), body))
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", kept
    finally:
        server.shutdown()
        server.server_close()
