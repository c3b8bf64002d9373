"""`dripstand authority`: HTTPS on the clinic's own network, without an IT department."""

from __future__ import annotations

import argparse
import html
import socket
import sys
import threading
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dripstand.server import authority as au
from dripstand.server.environment import read_environment

OFFERED_FOR_MIN = 30
CERTIFICATE_PATH = "/dripstand-authority.crt"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the clinic's folder (default: DRIPSTAND_DATA or dripstand-data)"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="make|renew|show|offer")
    make = verbs.add_parser("make", help="make the authority and the server's first certificate")
    make.add_argument("--clinic", required=True, metavar="NAME", help="what tablets show as the issuer")
    _add_addresses(make, required=True)
    _add_addresses(verbs.add_parser("renew", help="give the server a new certificate"), required=False)
    verbs.add_parser("show", help="fingerprint, names, and how long it holds")
    offer = verbs.add_parser("offer", help="let tablets fetch the authority's certificate, for half an hour")
    offer.add_argument("--port", type=int, default=8080, help="plain web port (default 8080)")
    offer.add_argument("--minutes", type=int, default=OFFERED_FOR_MIN, help=f"default {OFFERED_FOR_MIN}")


def _add_addresses(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--address",
        action="append",
        required=required,
        default=None,
        metavar="NAME",
        help="what tablets type to reach the server: a name or an address; repeat for several",
    )


def run(args: argparse.Namespace) -> int:
    data = args.data.expanduser().absolute() if args.data else read_environment().folder("DRIPSTAND_DATA")
    folder = au.folder_in(data)
    now = au.utc_now()
    try:
        if args.verb == "make":
            au.make(folder, args.clinic, au.read_names(args.address), now=now)
        elif args.verb == "renew":
            au.renew(folder, au.read_names(args.address) if args.address else None, now=now)
        elif args.verb == "offer":
            return offer(folder, args.port, args.minutes)
        _show(folder, au.standing(folder), au.utc_now())
    except au.AuthorityFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _show(folder: au.Folder, found: au.Standing, now: datetime) -> None:
    print(f"Authority of     {found.clinic}")
    print(f"Vouches for      {', '.join(found.names)}, and for nothing else")
    print(f"Fingerprint      {found.fingerprint[:47]}")
    print(f" (SHA-256)       {found.fingerprint[48:]}")
    print(f"Authority until  {found.authority_until:%Y-%m-%d}")
    renews = "renew it now: dripstand authority renew" if found.due(now) else "a running server renews it by itself"
    print(f"Server until     {found.server_until:%Y-%m-%d} ({renews})")
    print(f"Files            {folder.path}")
    print("Serve with       DRIPSTAND_OWN_AUTHORITY=yes dripstand serve --host 0.0.0.0 --port 443")
    print("Set tablets up   dripstand authority offer, then docs/how-to/https-on-the-clinic-network.md")


# --- the offer ------------------------------------------------------------------------------------------------------


def offer(folder: au.Folder, port: int, minutes: int) -> int:
    """Serve the public certificate and how to load it over plain HTTP, then end by itself.

    Plain, because a tablet that does not trust the authority yet cannot be served otherwise. What is fetched is public,
    and the person compares its fingerprint with the one in the terminal: that, and not the network, is the proof.
    """
    found, certificate = au.standing(folder), au.public_certificate(folder)
    server = make_offer(found, certificate, port)
    address = f"http://{found.names[0]}:{server.server_address[1]}/"
    import segno

    print(f"For {minutes} minutes tablets find the certificate at {address}")
    segno.make(address, error="m").terminal(compact=True)
    print(f"Compare on every tablet:\n{found.fingerprint[:47]}\n{found.fingerprint[48:]}", flush=True)
    ends = threading.Timer(minutes * 60, server.shutdown)
    ends.daemon = True
    ends.start()
    try:
        server.serve_forever()
    finally:
        ends.cancel()
        server.server_close()
    print("No longer offered.")
    return 0


class _Offer(ThreadingHTTPServer):
    daemon_threads = True
    address_family = socket.AF_INET
    page: bytes
    certificate: bytes


def make_offer(found: au.Standing, certificate: bytes, port: int) -> ThreadingHTTPServer:
    """The small server, not yet running."""
    server = _Offer(("0.0.0.0", port), _Answer)  # noqa: S104  (tablets on the clinic's network fetch it)
    server.page, server.certificate = _page(found), certificate
    return server


class _Answer(BaseHTTPRequestHandler):
    server: _Offer
    timeout = 10
    server_version, sys_version = "Dripstand", ""

    def do_GET(self) -> None:
        if self.path == "/":
            self._send("text/html; charset=utf-8", self.server.page)
        elif self.path == CERTIFICATE_PATH:
            self._send("application/x-x509-ca-cert", self.server.certificate)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who fetched a public file is nobody's business."""


_STEPS = (
    (
        "iPad, iPhone",
        (
            "Open this page in Safari and load the certificate.",
            "Settings, Profile downloaded: compare the fingerprint under More details, then Install.",
            "Settings, General, About, Certificate trust settings: switch it on.",
        ),
    ),
    (
        "Android",
        (
            "Load the certificate.",
            "Settings, Security, Encryption and credentials, Install a certificate, CA certificate.",
            "Trusted credentials, User: open it and compare the fingerprint.",
        ),
    ),
    (
        "Windows",
        (
            "Load the certificate and open it. Details, Thumbprint is another, shorter number: compare with "
            "certutil -hashfile dripstand-authority.crt SHA256.",
            "Install certificate, Local machine, Trusted root certification authorities.",
        ),
    ),
)


def _page(found: au.Standing) -> bytes:
    steps = "".join(
        f"<h2>{html.escape(system)}</h2><ol>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ol>"
        for system, lines in _STEPS
    )
    first, second = html.escape(found.fingerprint[:47]), html.escape(found.fingerprint[48:])
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Dripstand: set this tablet up</title>"
        "<style>body{font:18px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;"
        "background:#100e0d;color:#f5efe5}a{display:block;padding:1rem;border:2px solid #8a7f73;border-radius:10px;"
        "color:inherit;text-align:center;font-weight:600}code{font-size:15px;word-break:break-all}</style>"
        f"<h1>{html.escape(found.clinic)}: set this tablet up</h1>"
        f'<p><a href="{CERTIFICATE_PATH}">Load the certificate</a></p>'
        f"<p>Its fingerprint must be the one in the terminal, sign for sign:<br><code>{first}<br>{second}</code></p>"
        f"{steps}"
        f"<h2>Then</h2><p>Open https://{html.escape(found.names[0])}/ and see that no warning appears.</p>"
    ).encode()
