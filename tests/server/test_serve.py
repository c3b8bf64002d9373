"""`dripstand serve` as a process: started, asked, stopped. The devices' side of it is tested in their rooms."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dripstand.server import cli
from dripstand.server.commands import serve

pytestmark = pytest.mark.timeout(900)


class Served:
    """A running `dripstand serve`."""

    def __init__(self, words: list[str], **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRIPSTAND_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dripstand.server.cli", "serve", "--port", "0", "--mllp-port", "0", *words],
            env={**kept, "DRIPSTAND_MONITORING": "no", **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.lines: list[str] = []

    def wait_until_it_answers(self) -> int:
        """The web port that it took."""
        assert self.process.stdout is not None
        timer = threading.Timer(45, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                if found := re.search(r"Dripstand is at https?://localhost:(\d+)/", line):
                    return int(found[1])
        finally:
            timer.cancel()
        raise AssertionError("it did not start:\n" + "".join(self.lines))

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.lines += self.process.stdout.readlines()
        self.process.stdout.close()
        return code


@contextlib.contextmanager
def served(*words: str, **environment: str) -> Iterator[tuple[Served, int]]:
    running = Served(list(words), **environment)
    try:
        yield running, running.wait_until_it_answers()
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()
        if running.process.stdout is not None:
            running.process.stdout.close()


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_it_makes_its_folder_migrates_answers_and_stops_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    with served("--data", str(folder)) as (running, port):
        assert get(port, "/healthz").status == 200
        secret = folder / "secret.key"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(secret.read_text(encoding="ascii").strip()) >= 50
        assert (folder / "dripstand.sqlite3").exists()
        assert running.stop() == 0, "".join(running.lines)
    assert "Traceback" not in "".join(running.lines)


@pytest.mark.parametrize(("words", "visitors_count"), [((), 1), (("--trusted-proxy", "127.0.0.1"), 2)])
def test_visitors_behind_a_proxy_are_told_apart_only_where_the_proxy_is_named(
    tmp_path: Path, words: tuple[str, ...], visitors_count: int
) -> None:
    """Who guesses at links is counted by address: nobody chooses the address that they are counted by."""
    with served("--data", str(tmp_path), *words) as (running, port):
        for visitor in ("203.0.113.7", "203.0.113.8"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/l/nonsense/", headers={"X-Forwarded-For": visitor})
            connection.getresponse().read()
            connection.close()
        assert running.stop() == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "dripstand.sqlite3")) as database:
        (counted,) = database.execute("SELECT COUNT(*), COUNT(DISTINCT address) FROM people_linkrefusal").fetchall()
    assert counted == (2, visitors_count)


@pytest.mark.parametrize("named", ["everybody", "0.0.0.0/0", "::/0", "10.0.0.1,", "*"])
def test_a_proxy_is_named_by_its_address_and_never_as_everybody(
    named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--trusted-proxy", named])
    assert ended.value.code == 2 and "--trusted-proxy" in capsys.readouterr().err


def test_a_process_beside_it_trusts_the_same_proxy() -> None:
    parser = argparse.ArgumentParser()
    serve.configure(parser)
    asked = parser.parse_args(["--trusted-proxy", "10.0.0.5,10.1.0.0/16"])
    assert parser.parse_args(serve._words(asked)[1:]).trusted_proxy == ["10.0.0.5", "10.1.0.0/16"]


def test_a_page_that_asks_while_the_server_still_starts_is_answered_once_it_is_up(tmp_path: Path) -> None:
    """After a crash every open page asks at once: sent away, each would come back a second or more later."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = Served(["--data", str(tmp_path), "--port", str(port)])
    try:
        until_s = time.monotonic() + 45
        while time.monotonic() < until_s:
            try:
                early = socket.create_connection(("127.0.0.1", port), 1)
                break
            except ConnectionRefusedError:
                time.sleep(0.005)
        assert not (tmp_path / "dripstand.sqlite3").exists(), "it took the connection before it had even a database"
        early.settimeout(45)
        early.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert early.recv(12) == b"HTTP/1.1 200"
        early.close()
    finally:
        running.process.kill()
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_the_secret_of_a_clinic_stays_the_same(tmp_path: Path) -> None:
    secrets = set()
    for _ in range(2):
        with served("--data", str(tmp_path)) as (running, _port):
            secrets.add((tmp_path / "secret.key").read_text(encoding="ascii"))
            assert running.stop(signal.SIGINT) == 0
    assert len(secrets) == 1


def test_a_second_process_on_the_same_clinic_is_refused_without_a_bus(tmp_path: Path) -> None:
    with served("--data", str(tmp_path)) as (_running, port):
        second = Served(["--data", str(tmp_path)])
        assert second.process.wait(45) == 1
        assert second.process.stdout is not None
        assert "DRIPSTAND_BUS_URL" in second.process.stdout.read()
        second.process.stdout.close()
        assert get(port, "/healthz").status == 200, "the first is not disturbed"


def test_a_clinic_can_be_served_again_after_a_kill(tmp_path: Path) -> None:
    with served("--data", str(tmp_path)) as (running, _port):
        running.process.kill()
        running.process.wait(10)
    with served("--data", str(tmp_path)) as (_again, port):
        assert get(port, "/healthz").status == 200


def test_with_a_certificate_it_speaks_tls_only_and_its_cookies_are_bound_to_it(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*openssl, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    words = ["--data", str(tmp_path / "clinic"), "--tls-cert", str(certificate), "--tls-key", str(key)]
    with served(*words) as (_running, port):
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        for path in ("/healthz", "/no-such-page/", "/sign-in/"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert int(re.findall(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])[0]) >= 31_536_000
        cookies = answer.headers.get_all("Set-Cookie") or []
        connection.close()
        assert cookies, "the sign-in page sets its token"
        for cookie in cookies:
            assert cookie.startswith("__Host-") and "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
        with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
            get(port, "/healthz")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--tls-cert", "cert.pem"], "together"),
        (["--tls-cert", "no.pem", "--tls-key", "no.pem"], "There is no file"),
        (["--port", "70000"], "no port"),
        (["--mllp-port", "abc"], "no port"),
        (["--database", "mysql://x"], "must begin with"),
    ],
)
def test_what_cannot_be_served_is_refused_in_words(tmp_path: Path, words: list[str], says: str) -> None:
    (tmp_path / "cert.pem").write_text("")
    refused = Served(["--data", str(tmp_path / "clinic"), *words])
    assert refused.process.stdout is not None
    output = refused.process.stdout.read()
    refused.process.stdout.close()
    assert refused.process.wait(45) != 0
    assert says in output


def test_a_network_address_without_tls_is_warned_about(tmp_path: Path) -> None:
    with served("--data", str(tmp_path), "--host", "0.0.0.0") as (running, _port):
        assert any("unencrypted" in line for line in running.lines)
