"""The clinic's own certificate authority: real certificates, judged by OpenSSL and by a real connection."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import stat
import subprocess
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dripstand.server import authority as au
from dripstand.server.commands import authority as command
from tests.server.test_serve import served

NOW = datetime.now(UTC).replace(microsecond=0)
CLINIC = "Riverbend Clinic (invented)"


@pytest.fixture
def folder(tmp_path: Path) -> au.Folder:
    made = au.folder_in(tmp_path)
    au.make(made, CLINIC, au.read_names(["dripstand.lan", "127.0.0.1", "192.168.7.20"]), now=NOW)
    return made


def openssl_says(folder: au.Folder, certificate: Path, *, host: str = "", ip: str = "") -> bool:
    """OpenSSL's own verdict, with nothing trusted but this authority."""
    named = ["-verify_hostname", host] if host else ["-verify_ip", ip] if ip else []
    words = ["openssl", "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-purpose", "sslserver"]
    answer = subprocess.run(
        [*words, "-CAfile", str(folder.certificate), *named, str(certificate)], capture_output=True, text=True
    )
    return answer.returncode == 0


def test_openssl_takes_the_server_under_each_of_its_names_and_under_no_other(folder: au.Folder) -> None:
    assert openssl_says(folder, folder.server_chain, host="dripstand.lan")
    assert openssl_says(folder, folder.server_chain, ip="192.168.7.20")
    assert not openssl_says(folder, folder.server_chain, host="elsewhere.lan")
    assert not openssl_says(folder, folder.server_chain, ip="192.168.7.21")


@pytest.mark.parametrize("only", ["dripstand.lan", "192.168.7.20", "fd00::20"])
@pytest.mark.parametrize("stolen_for", ["bank.example", "10.0.0.1", "fd00::21"])
def test_a_stolen_key_is_worth_nothing_for_another_name(tmp_path: Path, only: str, stolen_for: str) -> None:
    """Signed with the authority's own key, by hand, past this program's own refusal."""
    folder = au.folder_in(tmp_path)
    au.make(folder, CLINIC, au.read_names([only]), now=NOW)
    assert openssl_says(folder, folder.server_chain)
    key = serialization.load_pem_private_key(folder.key.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    authority = x509.load_pem_x509_certificate(folder.certificate.read_bytes())
    own = ec.generate_private_key(ec.SECP256R1())
    name: x509.GeneralName = (
        x509.DNSName(stolen_for) if "example" in stolen_for else x509.IPAddress(ipaddress.ip_address(stolen_for))
    )
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "forged.crt"
    path.write_bytes(forged.public_bytes(serialization.Encoding.PEM))
    assert not openssl_says(folder, path)


def test_a_name_that_it_may_not_vouch_for_is_refused_with_what_to_do(folder: au.Folder) -> None:
    with pytest.raises(au.AuthorityFault, match=r"may not vouch for bank\.example.*dripstand\.lan"):
        au.renew(folder, au.read_names(["bank.example"]), now=NOW)
    assert au.renew(folder, au.read_names(["tablets.dripstand.lan"]), now=NOW).names == ("tablets.dripstand.lan",)


def test_making_it_twice_is_refused_because_tablets_trust_the_first(folder: au.Folder) -> None:
    before = au.standing(folder)
    with pytest.raises(au.AuthorityFault, match="already"):
        au.make(folder, CLINIC, au.read_names(["dripstand.lan"]), now=NOW)
    assert au.standing(folder) == before


def test_keys_are_for_their_owner_alone(folder: au.Folder) -> None:
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    for path in (folder.key, folder.server_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_renews_in_the_last_thirty_days_and_not_before(folder: au.Folder) -> None:
    first, trusted = au.standing(folder), folder.certificate.read_bytes()
    assert first.server_until - NOW == timedelta(days=397)
    assert not au.renew_if_due(folder, now=first.server_until - timedelta(days=31))
    assert au.renew_if_due(folder, now=first.server_until - timedelta(days=30))
    assert au.standing(folder).server_until > first.server_until
    assert folder.certificate.read_bytes() == trusted, "tablets go on trusting the same authority"
    assert au.standing(folder).names == first.names


@pytest.mark.parametrize(
    "given", ["", "dripstand lan", "*.lan", "https://dripstand.lan", "300.1.1.1", "-a.lan", "a..b"]
)
def test_what_is_no_name_and_no_address_is_refused(given: str) -> None:
    with pytest.raises(au.AuthorityFault):
        au.read_names([given])


def test_without_its_key_nothing_is_renewed_and_the_text_says_so(folder: au.Folder) -> None:
    folder.key.unlink()
    with pytest.raises(au.AuthorityFault, match="Without it nothing can be renewed"):
        au.renew(folder, now=NOW)


def test_show_prints_the_fingerprint_that_openssl_computes(
    folder: au.Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["openssl", "x509", "-in", str(folder.certificate), "-noout", "-fingerprint", "-sha256"]
    theirs = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip().split("=")[1]
    command._show(folder, au.standing(folder), NOW)
    assert "".join(capsys.readouterr().out.split()).count("".join(theirs.split())[:47]) == 1
    assert au.standing(folder).fingerprint == theirs


def test_a_tablet_fetches_the_public_certificate_and_nothing_else(folder: au.Folder) -> None:
    server = command.make_offer(au.standing(folder), au.public_certificate(folder), 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with urllib.request.urlopen(f"{base}{command.CERTIFICATE_PATH}", timeout=10) as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
            loaded = x509.load_der_x509_certificate(answer.read())
        assert au.fingerprint(loaded) == au.standing(folder).fingerprint
        with urllib.request.urlopen(base, timeout=10) as answer:
            page = answer.read().decode()
        assert au.standing(folder).fingerprint[:47] in page
        for path in ("/authority.key", "/../authority.key", "/server.key"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(base + path, timeout=10)
    finally:
        server.shutdown()
        server.server_close()


def test_dripstand_serves_with_it_and_a_client_that_trusts_only_it_connects(tmp_path: Path) -> None:
    folder = au.folder_in(tmp_path)
    au.make(folder, CLINIC, au.read_names(["dripstand.lan", "127.0.0.1"]), now=NOW - timedelta(days=380))
    old = au.standing(folder).server_until
    with served("--data", str(tmp_path), DRIPSTAND_OWN_AUTHORITY="yes") as (_, port):
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.load_verify_locations(folder.certificate)
        for name in ("dripstand.lan", "127.0.0.1"):
            with (
                socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
                trusting.wrap_socket(plain, server_hostname=name) as secured,
            ):
                secured.sendall(f"GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                head = secured.recv(4096)
            assert head.startswith(b"HTTP/1.1 200"), "and its names are allowed hosts by themselves"
            assert b"strict-transport-security" in head.lower()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(plain, server_hostname="dripstand.lan")
    assert au.standing(folder).server_until > old, "it was due, and was renewed at the start"


def test_serving_with_an_authority_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    from tests.server.test_serve import Served

    running = Served(["--data", str(tmp_path)], DRIPSTAND_OWN_AUTHORITY="yes")
    assert running.process.wait(45) != 0
    assert running.process.stdout is not None
    assert "dripstand authority make" in running.process.stdout.read()
    running.process.stdout.close()
