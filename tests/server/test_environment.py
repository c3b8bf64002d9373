"""The one reader of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from dripstand.server.environment import (
    SETTINGS,
    Environment,
    SettingRefused,
    read_bus_address,
    read_database_address,
)

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_stands_in_the_reference_as_the_reader_has_it() -> None:
    rows = {}
    for line in (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `DRIPSTAND_"):
            name, kind, default, secret, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            rows[name.strip("`")] = (kind, default, secret, meaning)
    expected = {
        setting.name: (setting.kind, setting.default, "yes" if setting.secret else "", setting.meaning)
        for setting in SETTINGS
    }
    assert rows == expected


def test_a_misspelt_setting_is_refused_rather_than_ignored() -> None:
    with pytest.raises(SettingRefused, match="DRIPSTAND_DATABASE is not a setting"):
        Environment({"DRIPSTAND_DATABASE": "sqlite:///x"})


def test_other_programs_settings_are_none_of_our_business() -> None:
    assert Environment({"DATABASE_URL": "whatever"}).text("DRIPSTAND_DATABASE_URL") is None


@pytest.mark.parametrize("value", ["true", "1", "Yes", "on", "y", " "])
def test_an_odd_yes_is_refused(value: str) -> None:
    with pytest.raises(SettingRefused, match="DRIPSTAND_TLS"):
        Environment({"DRIPSTAND_TLS": value}).yes("DRIPSTAND_TLS")


def test_yes_and_no_are_understood_and_the_default_is_the_documented_one() -> None:
    assert Environment({"DRIPSTAND_TLS": "yes"}).yes("DRIPSTAND_TLS")
    assert not Environment({"DRIPSTAND_TLS": "no"}).yes("DRIPSTAND_TLS")
    assert not Environment({}).yes("DRIPSTAND_TLS")
    assert Environment({}).yes("DRIPSTAND_MONITORING")


@pytest.mark.parametrize("value", ["0", "-5", "1.5", "1e3", "٣٠", "100000"])
def test_a_number_outside_its_bounds_or_not_whole_is_refused(value: str) -> None:
    environment = Environment({"DRIPSTAND_SESSION_IDLE_MINUTES": value})
    with pytest.raises(SettingRefused):
        environment.whole_number("DRIPSTAND_SESSION_IDLE_MINUTES", 1, 1440)


@pytest.mark.parametrize("value", ["*", "a b", "a,,b", "a,*"])
def test_hosts_are_named_one_by_one(value: str) -> None:
    with pytest.raises(SettingRefused):
        Environment({"DRIPSTAND_ALLOWED_HOSTS": value}).listed("DRIPSTAND_ALLOWED_HOSTS")


def test_device_networks_are_networks_or_any() -> None:
    def read(value: str) -> list[str]:
        environment = Environment({"DRIPSTAND_DEVICE_NETWORKS": value})
        return [str(network) for network in environment.networks("DRIPSTAND_DEVICE_NETWORKS")]

    assert read("any") == []
    assert read("10.0.5.0/24,fd00::/8") == ["10.0.5.0/24", "fd00::/8"]
    for wrong in ("10.0.5.7/24", "everyone", "any,10.0.5.0/24", "10.0.5.0/24,"):
        with pytest.raises(SettingRefused):
            read(wrong)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    assert Environment({"DRIPSTAND_TIME_ZONE": "America/Chicago"}).zone("DRIPSTAND_TIME_ZONE") == "America/Chicago"
    for wrong in ("Central", "../../etc/passwd", "America"):
        with pytest.raises(SettingRefused):
            Environment({"DRIPSTAND_TIME_ZONE": wrong}).zone("DRIPSTAND_TIME_ZONE")


# --- secrets --------------------------------------------------------------------------------------------------------


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 60 + "\n", encoding="utf-8")
    environment = Environment({"DRIPSTAND_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert environment.text("DRIPSTAND_SECRET_KEY") == "k" * 60


def test_a_secret_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    environment = Environment({"DRIPSTAND_SECRET_KEY_FILE": str(tmp_path / "missing")})
    with pytest.raises(SettingRefused, match="cannot be read"):
        environment.text("DRIPSTAND_SECRET_KEY")


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n", encoding="utf-8")
    with pytest.raises(SettingRefused, match="empty"):
        Environment({"DRIPSTAND_SECRET_KEY_FILE": str(tmp_path / "key")}).text("DRIPSTAND_SECRET_KEY")


def test_a_secret_given_twice_is_refused() -> None:
    with pytest.raises(SettingRefused, match="both set"):
        Environment({"DRIPSTAND_SECRET_KEY": "a", "DRIPSTAND_SECRET_KEY_FILE": "b"})


def test_what_is_no_secret_is_not_read_from_files() -> None:
    with pytest.raises(SettingRefused, match="DRIPSTAND_TLS_FILE is not a setting"):
        Environment({"DRIPSTAND_TLS_FILE": "x"})


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:hunter2@h/db",
        "postgresql://u:hunter2@h:port/db",
        "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h/a/b",
        "postgresql://u:hunter2@h/db?sslmode=off",
        "postgresql://u:hunter2@h/db?options=-c",
        "sqlite://hunter2/path",
        "sqlite:///",
        "hunter2",
    ],
)
def test_an_address_that_is_not_understood_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_database_address(address)
    assert "hunter2" not in str(refusal.value)


def test_sqlite_addresses_have_three_slashes_and_four_for_an_absolute_path(tmp_path: Path) -> None:
    assert read_database_address("sqlite:///clinic.sqlite3").path == Path("clinic.sqlite3").absolute()
    assert read_database_address(f"sqlite:///{tmp_path}/c.sqlite3").path == tmp_path / "c.sqlite3"
    assert read_database_address("sqlite:////var/lib/a%20b.sqlite3").path == Path("/var/lib/a b.sqlite3")


def test_postgresql_addresses_are_taken_apart() -> None:
    got = read_database_address("postgresql://nora:p%40ss@db.clinic:5433/drip?sslmode=verify-full")
    assert (got.engine, got.user, got.password, got.host, got.port, got.name, got.sslmode) == (
        "postgresql", "nora", "p@ss", "db.clinic", 5433, "drip", "verify-full",
    )  # fmt: skip
    assert read_database_address("postgresql:///drip?host=/run/postgresql").host == "/run/postgresql"


def test_a_bus_is_redis() -> None:
    assert read_bus_address("redis://127.0.0.1:6379/2") == "redis://127.0.0.1:6379/2"
    for wrong in ("http://127.0.0.1", "redis://", "127.0.0.1:6379"):
        with pytest.raises(SettingRefused):
            read_bus_address(wrong)
