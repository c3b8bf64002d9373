"""The tablet on the clinic's own network: a browser that trusts the clinic's own authority, and one that does not.

At a name of the network, not at localhost, which every browser takes for secure by itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Error, expect
from pytest_django import Settings

from dripstand.calm.services import make_code
from dripstand.server import authority as au
from tests.browser import QUIET
from tests.people import NURSE_REYES, stored
from tests.rooms.infusion.stored_visits import infusing
from tests.server.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

HERE = "dripstand.lan"


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> au.Folder:
    """The clinic's own, as `dripstand authority make` makes it, and Dripstand set to speak TLS at its name."""
    folder = au.folder_in(tmp_path / "clinic")
    au.make(folder, "Heron Street", au.read_names([HERE]), now=au.utc_now())
    settings.ALLOWED_HOSTS, settings.TLS = [HERE], True
    settings.CSRF_COOKIE_SECURE = settings.SESSION_COOKIE_SECURE = True
    return folder


@contextmanager
def a_browser(started: Browser, folder: Path, path: str, trusts: Path | None) -> Iterator[BrowserContext]:
    """A Chromium of its own, for which the name is this machine. trusts: the certificate of an authority."""
    args = [*QUIET, f"--host-resolver-rules=MAP {HERE} 127.0.0.1"]
    if trusts is not None:
        key = x509.load_pem_x509_certificate(trusts.read_bytes()).public_key()
        of_key = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
        args.append(f"--ignore-certificate-errors-spki-list={base64.b64encode(of_key).decode()}")
    context = started.browser_type.launch_persistent_context(str(folder), executable_path=path, args=args)
    try:
        yield context
    finally:
        context.close()


def test_a_tablet_that_trusts_the_clinics_authority_keeps_the_page_and_stays_awake(
    browser: Browser, chromium_path: str, authority: au.Folder, tmp_path: Path
) -> None:
    visit = infusing()
    link = make_code(stored(NURSE_REYES), visit.session_id, now=visit.now)
    trusted = authority.certificate
    with serving(authority) as port, a_browser(browser, tmp_path / "b", chromium_path, trusted) as context:
        page = context.new_page()
        page.goto(f"https://{HERE}:{port}{link.path}")
        page.get_by_role("button", name="Open", exact=True).click()
        page.wait_for_url("**/me/calm/")
        assert page.evaluate("isSecureContext") is True
        assert page.evaluate("navigator.serviceWorker.ready.then((one) => one.active !== null)") is True
        page.get_by_role("button", name="Begin").click()
        expect(page.locator("[data-calm]")).to_have_attribute("data-awake", "true")
        (cookie,) = [one for one in context.cookies() if one["name"].endswith("dripstand-calm")]
        assert cookie["name"].startswith("__Secure-") and cookie["secure"] and cookie["httpOnly"]
        context.set_offline(True)
        page.reload()
        expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_a_tablet_that_does_not_trust_it_gets_no_page(
    browser: Browser, chromium_path: str, authority: au.Folder, tmp_path: Path
) -> None:
    with (
        serving(authority) as port,
        a_browser(browser, tmp_path / "b", chromium_path, None) as context,
        pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"),
    ):
        context.new_page().goto(f"https://{HERE}:{port}/healthz")


def test_without_tls_the_same_page_has_no_worker_which_is_why_there_is_an_authority(
    browser: Browser, chromium_path: str, settings: Settings, tmp_path: Path
) -> None:
    settings.ALLOWED_HOSTS = [HERE]
    with serving() as port, a_browser(browser, tmp_path / "b", chromium_path, None) as context:
        page = context.new_page()
        page.goto(f"http://{HERE}:{port}/healthz")
        assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
