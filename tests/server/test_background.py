"""What runs beside the web server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dripstand.server import background
from dripstand.server.environment import DatabaseAddress
from dripstand.server.holder import Hold

OPTIONS = background.ServeOptions(host="127.0.0.1", port=0, mllp_host="127.0.0.1", mllp_port=0, tls=False)


def recorded(name: str, log: list[str], *, fails: bool = False) -> background.BackgroundService:
    @contextlib.asynccontextmanager
    async def service(options: background.ServeOptions) -> AsyncIterator[None]:
        if fails:
            raise OSError(f"{name} cannot start")
        log.append(f"{name} up")
        try:
            yield
        finally:
            log.append(f"{name} down")

    return service


async def test_services_stop_in_the_reverse_of_their_order() -> None:
    log: list[str] = []
    async with background.running(OPTIONS, (recorded("bus", log), recorded("devices", log))):
        log.append("serving")
    assert log == ["bus up", "devices up", "serving", "devices down", "bus down"]


async def test_when_one_cannot_start_those_before_it_stop_and_nothing_is_served() -> None:
    log: list[str] = []
    chosen = (recorded("bus", log), recorded("devices", log, fails=True))
    with pytest.raises(OSError, match="devices cannot start"):
        async with background.running(OPTIONS, chosen):
            log.append("serving")
    assert log == ["bus up", "bus down"]


class Held(Hold):
    """A hold that the test gives and takes."""

    def __init__(self, held: bool) -> None:
        super().__init__(DatabaseAddress("sqlite", path=Path("nowhere")))
        self.held = held

    def take(self) -> bool:
        return self.held

    def lasts(self) -> bool:
        return self.held

    def let_go(self) -> None:
        self.held = False


async def until(log: list[str], words: list[str]) -> None:
    for _ in range(500):
        if log == words:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(log)


async def test_only_the_process_that_holds_the_clinic_listens_and_another_takes_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "ASKED_EVERY_S", 0.01)
    log: list[str] = []
    hold = Held(False)
    async with background.watching(OPTIONS, hold=hold, watch=recorded("devices", log)):
        await asyncio.sleep(0.05)
        assert log == [], "another process listens"
        hold.held = True
        await until(log, ["devices up"])
        hold.held = False  # the database was restarted, and another process was quicker
        await until(log, ["devices up", "devices down"])
        hold.held = True
        await until(log, ["devices up", "devices down", "devices up"])
    assert log == ["devices up", "devices down", "devices up", "devices down"]


async def test_a_port_that_is_not_free_yet_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "ASKED_EVERY_S", 0.01)
    log: list[str] = []
    hold, tries = Held(False), []

    @contextlib.asynccontextmanager
    async def devices(options: background.ServeOptions) -> AsyncIterator[None]:
        tries.append(options)
        if len(tries) == 1:
            raise OSError("in use")
        log.append("up")
        yield

    async with background.watching(OPTIONS, hold=hold, watch=devices):
        hold.held = True
        for _ in range(500):
            if not hold.held:
                break
            await asyncio.sleep(0.01)
        assert tries and hold.held is False, "let go, so that whoever can listen may have it"
        hold.held = True
        await until(log, ["up"])


def test_the_live_part_can_be_switched_off() -> None:
    assert len(background.services(monitoring=False, hold=Held(True))) == 4
    assert len(background.services(monitoring=True, hold=Held(True))) == 5


def test_what_a_command_adds_starts_last(monkeypatch: pytest.MonkeyPatch) -> None:
    added = recorded("bedsides", [])
    monkeypatch.setattr(background, "also", [added])
    assert background.services(monitoring=True, hold=Held(True))[-1] is added
    assert added not in background.services(monitoring=True, hold=Held(False))
