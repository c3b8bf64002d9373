"""The one reader of the process environment: typed, and refusing what it does not understand.

Every setting has the prefix DRIPSTAND_ and is declared in `SETTINGS`; docs/reference/settings.md is compared with that
table by a test. A name with the prefix that nobody declared is refused, because a misspelt setting that is silently
ignored is worse than a server that does not start. Clinical limits are no settings: they are signed templates.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingRefused(ValueError):
    """A setting that cannot be understood. The text names the setting and never shows a secret's value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of docs/reference/settings.md."""

    name: str
    kind: str
    default: str
    secret: bool
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DRIPSTAND_DATA", "folder", "dripstand-data", False, "Holds the database, the secret key and demo.json."),
    Setting("DRIPSTAND_DATABASE_URL", "address", "DATA/dripstand.sqlite3", True, "sqlite:///PATH or postgresql://…"),
    Setting("DRIPSTAND_SECRET_KEY", "text", "DATA/secret.key", True, "Signs cookies; at least 50 letters."),
    Setting("DRIPSTAND_BUS_URL", "address", "none: in memory", True, "redis://… where more than one process serves."),
    Setting("DRIPSTAND_ALLOWED_HOSTS", "list", "localhost,127.0.0.1,[::1]", False, "Names that browsers call."),
    Setting("DRIPSTAND_TLS", "yes or no", "no", False, "The server answers over TLS; `serve --tls-cert` sets it."),
    Setting("DRIPSTAND_OWN_AUTHORITY", "yes or no", "no", False, "`serve` uses the certificates in DATA/authority."),
    Setting("DRIPSTAND_DEVICE_NETWORKS", "list", "any", False, "Networks that devices may send from: 10.0.5.0/24,…"),
    Setting("DRIPSTAND_DEVICE_LINES", "number", "256", False, "How many device lines may be open at once."),
    Setting("DRIPSTAND_TIME_ZONE", "zone", "UTC", False, "The clinic's zone until the clinic has set its own."),
    Setting("DRIPSTAND_LOG_LEVEL", "level", "info", False, "debug, info, warning or error."),
    Setting("DRIPSTAND_SESSION_IDLE_MINUTES", "minutes", "60", False, "A sign-in ends after so long without use."),
    Setting("DRIPSTAND_LOCK_MINUTES", "minutes", "10", False, "A screen that nobody touches for so long locks."),
    Setting("DRIPSTAND_SESSION_HOURS", "hours", "12", False, "A sign-in ends after so long in any case."),
    Setting(
        "DRIPSTAND_SITE", "address", "none: no reminders", False, "Where patients open links: https://clinic.example"
    ),
    Setting(
        "DRIPSTAND_MAIL_URL",
        "address",
        "none: no e-mail",
        True,
        "smtp://…, smtp+starttls://… or smtps://USER:PASSWORD@HOST",
    ),
    Setting("DRIPSTAND_MAIL_FROM", "text", "none", False, "The address that e-mail comes from."),
    Setting("DRIPSTAND_MONITORING", "yes or no", "yes", False, "The live part: devices, trends, alarms."),
)

_DECLARED = {setting.name: setting for setting in SETTINGS}


def default_of(name: str) -> str:
    """The documented default of a setting, as text."""
    return _DECLARED[name].default


class Environment:
    """The process environment, read through the table of settings."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in values.items() if name.startswith("DRIPSTAND_")}
        for name in self._values:
            plain = name.removesuffix("_FILE")
            known = name in _DECLARED or (plain in _DECLARED and _DECLARED[plain].secret)
            if not known:
                raise SettingRefused(f"{name} is not a setting of Dripstand. See docs/reference/settings.md.")
        for name, setting in _DECLARED.items():
            if setting.secret and name in self._values and f"{name}_FILE" in self._values:
                raise SettingRefused(f"{name} and {name}_FILE are both set. Give one of them.")

    def text(self, name: str) -> str | None:
        """The value as given, or None where it is not set. A secret may stand in a file named by NAME_FILE."""
        setting = _DECLARED[name]
        value = self._values.get(name)
        if value is None and setting.secret and f"{name}_FILE" in self._values:
            value = _read_secret(name, Path(self._values[f"{name}_FILE"]))
        if value is None:
            return None
        value = value.strip()
        if not value:
            raise SettingRefused(f"{name} is set but empty. Remove it or give it a value.")
        return value

    def yes(self, name: str) -> bool:
        value = self.text(name) or default_of(name)
        if value not in ("yes", "no"):
            raise SettingRefused(f"{name} is {value!r}; it must be yes or no.")
        return value == "yes"

    def whole_number(self, name: str, least: int, most: int) -> int:
        value = self.text(name) or default_of(name)
        if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
            raise SettingRefused(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
        return int(value)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name) or default_of(name)
        if value not in choices:
            raise SettingRefused(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
        return value

    def listed(self, name: str) -> list[str]:
        value = self.text(name) or default_of(name)
        items = [item.strip() for item in value.split(",")]
        if not all(items) or any(any(letter.isspace() for letter in item) for item in items):
            raise SettingRefused(f"{name} must be names with commas between them.")
        if "*" in items:
            raise SettingRefused(f"{name} may not be *: name the hosts that browsers use.")
        return items

    def networks(self, name: str) -> tuple[Network, ...]:
        """Empty for "any"."""
        if (self.text(name) or default_of(name)) == "any":
            return ()
        try:
            return tuple(ipaddress.ip_network(item) for item in self.listed(name))
        except ValueError as fault:
            raise SettingRefused(f"{name} must be any, or networks such as 10.0.5.0/24.") from fault

    def folder(self, name: str) -> Path:
        return Path(self.text(name) or default_of(name)).expanduser().absolute()

    def zone(self, name: str) -> str:
        value = self.text(name) or default_of(name)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise SettingRefused(f"{name} is {value!r}; that is no time zone, such as America/Chicago.") from fault
        return value


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingRefused(f"{name}_FILE names a file that cannot be read: {path}") from fault


# --- addresses ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is. `engine`: "sqlite", with `path` alone, or "postgresql", with the rest."""

    engine: str
    path: Path | None = None
    host: str = ""
    port: int | None = None
    name: str = ""
    user: str = ""
    password: str = ""
    sslmode: str = ""


_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def read_database_address(address: str, name: str = "DRIPSTAND_DATABASE_URL") -> DatabaseAddress:
    """Parses `sqlite:///relative`, `sqlite:////absolute` or `postgresql://user:password@host:port/name?sslmode=…`.

    Raises SettingRefused; the text never repeats the address, which may hold a password.
    """
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        path = unquote(parts.path).removeprefix("/")
        if parts.netloc or parts.query or not path:
            raise SettingRefused(f"{name}: a SQLite address is sqlite:///PATH, with four slashes for an absolute path.")
        return DatabaseAddress("sqlite", path=Path(path).absolute())
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingRefused(f"{name}: the address must begin with sqlite:/// or postgresql://.")
    try:
        port = parts.port
    except ValueError as fault:
        raise SettingRefused(f"{name}: the port is not a number.") from fault
    database = unquote(parts.path).removeprefix("/")
    if not database or "/" in database:
        raise SettingRefused(f"{name}: a PostgreSQL address ends with one database name.")
    sslmode, host = "", unquote(parts.hostname or "")
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key == "sslmode" and value in _SSL_MODES:
            sslmode = value
        elif key == "host" and value.startswith("/"):
            host = value  # a Unix socket's folder
        else:
            raise SettingRefused(f"{name}: {key!r} is not understood; sslmode and host=/FOLDER are.")
    return DatabaseAddress(
        "postgresql",
        host=host,
        port=port,
        name=database,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sslmode=sslmode,
    )


def read_bus_address(address: str, name: str = "DRIPSTAND_BUS_URL") -> str:
    """A redis:// or rediss:// address, as given."""
    if urlsplit(address).scheme not in ("redis", "rediss") or not urlsplit(address).hostname:
        raise SettingRefused(f"{name}: the address must be redis://HOST or rediss://HOST.")
    return address


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in. security: "", "starttls" or "tls"."""

    host: str
    port: int
    user: str
    password: str
    security: str


def read_mail_address(address: str, name: str = "DRIPSTAND_MAIL_URL") -> MailServer:
    """smtp://HOST (25), smtp+starttls://HOST (587) or smtps://HOST (465), with USER:PASSWORD@ where it wants one."""
    parts = urlsplit(address)
    known = {"smtp": ("", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
    if parts.scheme not in known or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise SettingRefused(f"{name}: the address must be smtp://HOST, smtp+starttls://HOST or smtps://HOST.")
    security, usual_port = known[parts.scheme]
    try:
        port = parts.port or usual_port
    except ValueError as fault:
        raise SettingRefused(f"{name}: the port is not a number from 1 to 65535.") from fault
    return MailServer(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), security)


def read_site_address(address: str, name: str = "DRIPSTAND_SITE") -> str:
    """https://HOST, or http://HOST on a network of one's own; no path."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise SettingRefused(f"{name}: the address must be https://HOST.")
    return f"{parts.scheme}://{parts.netloc}"


def read_environment() -> Environment:
    """The environment of this process."""
    return Environment(os.environ)
