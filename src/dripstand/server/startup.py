"""Making a process ready for the database: which data folder, which database, which secret.

Call `use` before anything imports a model; commands share its options through `add_store_options`.
"""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

from dripstand.server.environment import read_database_address, read_environment


class StoreMissing(SystemExit):
    """There is no database where one was asked for; the text says where it was looked for."""


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """--data and --database, the same in every command that reads or writes the clinic's data."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the clinic's folder (default: DRIPSTAND_DATA or dripstand-data)"
    )
    parser.add_argument("--database", metavar="URL", help="sqlite:///PATH or postgresql://… (default: SQLite in DIR)")


def make_secret_key(folder: Path) -> None:
    """Writes folder/secret.key, readable by its owner alone, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48) + "\n")
        out.flush()
        os.fsync(out.fileno())


def use(*, data: Path | str | None = None, database: str | None = None, create: bool = False) -> None:
    """Sets this process up for one data folder and database, and starts Django.

    create: make the folder, the secret key and the database where they are missing; else a missing SQLite file is
    refused with StoreMissing, because SQLite would quietly make an empty one.
    """
    if data is not None:
        os.environ["DRIPSTAND_DATA"] = str(Path(data).expanduser().absolute())
    if database is not None:
        os.environ["DRIPSTAND_DATABASE_URL"] = database
    environment = read_environment()
    folder = environment.folder("DRIPSTAND_DATA")
    if create and environment.text("DRIPSTAND_SECRET_KEY") is None:
        make_secret_key(folder)
    given = environment.text("DRIPSTAND_DATABASE_URL")
    path = read_database_address(given).path if given else folder / "dripstand.sqlite3"
    if create:
        # The database holds patients: nobody else on this machine reads it, nor its journal, nor the demo's folder.
        os.umask(0o077)
    if path is not None and create:
        path.parent.mkdir(parents=True, exist_ok=True)
    if path is not None and not create and not path.exists():
        raise StoreMissing(f"There is no database at {path}. Name the clinic's folder with --data.")

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")
    import django

    django.setup()


def migrate() -> None:
    """Brings the database to this version's shape; prints nothing."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
