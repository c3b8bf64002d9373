"""A certificate authority of the clinic's own, for a clinic without an IT department.

It vouches for nothing but the clinic's own names and addresses: the authority's certificate carries a critical name
constraint, so a stolen key cannot pretend to be a bank to the tablets that trust it (RFC 5280, 4.2.1.10). Server
certificates last 397 days (Apple refuses more than 398 from public authorities and 825 from private ones) and are
renewed by the running server. The authority's key never leaves its folder.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_FOR = timedelta(days=3652)
SERVER_FOR = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(hours=1)  # a tablet's clock may be behind
ADDRESSES_AT_MOST = 20

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AuthorityFault(Exception):
    """It cannot be done; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the server is called on the clinic's network."""

    hosts: tuple[str, ...]
    addresses: tuple[Address, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.hosts, *(str(address) for address in self.addresses))


def read_names(given: Iterable[str]) -> Names:
    """Host names and IP addresses as typed. Raises AuthorityFault for anything else, or for none."""
    hosts: list[str] = []
    addresses: list[Address] = []
    for text in dict.fromkeys(one.strip().lower().rstrip(".") for one in given):
        try:
            addresses.append(ipaddress.ip_address(text.strip("[]")))
        except ValueError:
            if not _is_host(text):
                raise AuthorityFault(f"{text!r} is no host name and no address.") from None
            hosts.append(text)
    if not hosts and not addresses:
        raise AuthorityFault("Name the server: --address dripstand.lan, or its address on the clinic's network.")
    if len(hosts) + len(addresses) > ADDRESSES_AT_MOST:
        raise AuthorityFault(f"At most {ADDRESSES_AT_MOST} names and addresses.")
    return Names(tuple(hosts), tuple(addresses))


def _is_host(text: str) -> bool:
    labels = text.split(".")
    if not 0 < len(text) <= 253 or labels[-1].isdigit():
        return False
    return all(
        0 < len(label) <= 63
        and label.isascii()
        and label.replace("-", "").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in labels
    )


@dataclass(frozen=True, slots=True)
class Folder:
    """The five files of one clinic's authority."""

    path: Path

    @property
    def certificate(self) -> Path:
        return self.path / "authority.crt"

    @property
    def key(self) -> Path:
        return self.path / "authority.key"

    @property
    def server_chain(self) -> Path:
        return self.path / "server.crt"

    @property
    def server_key(self) -> Path:
        return self.path / "server.key"

    def exists(self) -> bool:
        return self.certificate.exists()


def folder_in(data: Path) -> Folder:
    """Where the authority of a clinic's data folder lies."""
    return Folder(data / "authority")


@dataclass(frozen=True, slots=True)
class Standing:
    """What `show` says. Times are aware UTC."""

    clinic: str
    fingerprint: str  # SHA-256 of the authority's certificate, in pairs
    names: tuple[str, ...]
    authority_until: datetime
    server_until: datetime

    def due(self, now: datetime) -> bool:
        """Whether the server's certificate should be renewed."""
        return self.server_until - now <= RENEW_BEFORE


# --- making ---------------------------------------------------------------------------------------------------------


def make(folder: Folder, clinic: str, names: Names, *, now: datetime) -> Standing:
    """Make the authority and the server's first certificate. Raises AuthorityFault where there is one already."""
    if folder.exists() or folder.key.exists():
        raise AuthorityFault(
            f"There is an authority in {folder.path} already, and tablets may trust it. `dripstand authority renew` "
            "gives the server a new certificate; to begin anew, move the folder away and set every tablet up again."
        )
    if not 0 < len(clinic.strip()) <= 40:
        raise AuthorityFault("The clinic's name has from 1 to 40 letters.")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, clinic.strip()),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{clinic.strip()}: own authority"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=_permitted(names), excluded_subtrees=_excluded(names)),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder.key, _private(key), secret=True)
    _write(folder.certificate, certificate.public_bytes(serialization.Encoding.PEM), secret=False)
    return _issue(folder, certificate, key, names, now)


def renew(folder: Folder, names: Names | None = None, *, now: datetime) -> Standing:
    """Give the server a new certificate, for the same names or for others within what the authority may vouch for."""
    authority, key = _authority(folder), _key(folder)
    return _issue(folder, authority, key, names or _names_of(_server(folder)), now)


def renew_if_due(folder: Folder, *, now: datetime) -> bool:
    """Renew when less than thirty days are left. What a running server calls."""
    if not standing(folder).due(now):
        return False
    renew(folder, now=now)
    return True


def standing(folder: Folder) -> Standing:
    """What there is. Raises AuthorityFault where there is none, or where it cannot be read."""
    authority, server = _authority(folder), _server(folder)
    organization = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return Standing(
        clinic=str(organization[0].value) if organization else "",
        fingerprint=fingerprint(authority),
        names=_names_of(server).all,
        authority_until=authority.not_valid_after_utc,
        server_until=server.not_valid_after_utc,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in pairs, as every tablet shows it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def public_certificate(folder: Folder) -> bytes:
    """The authority's certificate as tablets load it: DER, nothing secret."""
    return _authority(folder).public_bytes(serialization.Encoding.DER)


# --- inside ---------------------------------------------------------------------------------------------------------


def _permitted(names: Names) -> list[x509.GeneralName]:
    hosts: list[x509.GeneralName] = [x509.DNSName(host) for host in names.hosts]
    return [*hosts, *(x509.IPAddress(ipaddress.ip_network(address)) for address in names.addresses)]


def _excluded(names: Names) -> list[x509.GeneralName] | None:
    """A kind of name with no permitted one is not constrained at all (RFC 5280), so all of that kind is excluded."""
    excluded: list[x509.GeneralName] = []
    if not names.hosts:
        excluded.append(x509.DNSName(""))
    for version, everything in ((4, "0.0.0.0/0"), (6, "::/0")):
        if all(address.version != version for address in names.addresses):
            excluded.append(x509.IPAddress(ipaddress.ip_network(everything)))
    # OpenSSL counts both families as one kind: an exclusion of the other family leaves the permitted one alone.
    return excluded or None


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(
    folder: Folder, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey, names: Names, now: datetime
) -> Standing:
    outside = [name for name in names.all if not _may_vouch(authority, name)]
    if outside:
        raise AuthorityFault(
            f"This authority may not vouch for {', '.join(outside)}: it was made for "
            f"{', '.join(_constrained_to(authority))} alone, so that its key is worth nothing to a thief. "
            "Move its folder away, make one for the new name, and set the tablets up again."
        )
    if authority.not_valid_after_utc <= now:
        raise AuthorityFault("The authority itself has run out. Move its folder away and make a new one.")
    own = ec.generate_private_key(ec.SECP256R1())
    # No address in the subject: OpenSSL would hold it against the constraint for host names.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dripstand server")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(min(now + SERVER_FOR, authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    *(x509.DNSName(host) for host in names.hosts),
                    *(x509.IPAddress(address) for address in names.addresses),
                ]
            ),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    _write(folder.server_key, _private(own), secret=True)
    _write(folder.server_chain, certificate.public_bytes(pem) + authority.public_bytes(pem), secret=False)
    return standing(folder)


def _constraints(authority: x509.Certificate) -> Sequence[x509.GeneralName]:
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return found.permitted_subtrees or ()


def _constrained_to(authority: x509.Certificate) -> list[str]:
    return [str(one.value).removesuffix("/32").removesuffix("/128") for one in _constraints(authority)]


def _may_vouch(authority: x509.Certificate, name: str) -> bool:
    for permitted in _constraints(authority):
        if isinstance(permitted, x509.DNSName) and (name == permitted.value or name.endswith(f".{permitted.value}")):
            return True
        if isinstance(permitted, x509.IPAddress):
            network = ipaddress.ip_network(str(permitted.value))
            try:
                if ipaddress.ip_address(name) in network:
                    return True
            except ValueError:
                continue
    return False


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, *, secret: bool) -> None:
    """Written beside and moved into place: a power cut leaves the old file or the new one, never half of one."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def _authority(folder: Folder) -> x509.Certificate:
    return _read(folder.certificate, "There is no authority yet: `dripstand authority make` makes one.")


def _server(folder: Folder) -> x509.Certificate:
    return _read(folder.server_chain, "The server has no certificate: `dripstand authority renew` makes one.")


def _read(path: Path, missing: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError:
        raise AuthorityFault(missing) from None
    except (OSError, ValueError) as fault:
        raise AuthorityFault(f"{path} cannot be read.") from fault


def _key(folder: Folder) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(folder.key.read_bytes(), password=None)
    except FileNotFoundError:
        raise AuthorityFault(f"{folder.key} is not there. Without it nothing can be renewed.") from None
    except (OSError, ValueError, TypeError) as fault:
        raise AuthorityFault(f"{folder.key} cannot be read.") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise AuthorityFault(f"{folder.key} is no key of this program.")
    return key


def _names_of(certificate: x509.Certificate) -> Names:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    return Names(
        tuple(found.get_values_for_type(x509.DNSName)),
        tuple(one for one in addresses if isinstance(one, ipaddress.IPv4Address | ipaddress.IPv6Address)),
    )


def utc_now() -> datetime:
    """The wall's time, also in a demo: a certificate is judged by other machines' clocks."""
    return datetime.now(UTC)
