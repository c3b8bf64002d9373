"""The pages that say that something did not work: in plain words, with a reference number, without a trace."""

from __future__ import annotations

import logging
import secrets
import sys
import traceback

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

FOR_PATIENTS = ("/me/", "/l/")
"""Where the pages of patients and of those who take them home begin; they alone speak more than English."""

# Read over the telephone: no letter or digit that looks or sounds like another.
_READABLE = "abcdefhkmnprtwxy3478"


def reference_number() -> str:
    """Eight readable characters, about 34 bits: enough to find one line in a log."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(2))


def _page(request: HttpRequest, status: int, reference: str) -> HttpResponse:
    context = {"status": status, "reference": reference, "theme": "", "demo": False}
    name = "errors/patients.html" if request.path.startswith(FOR_PATIENTS) else f"errors/{status}.html"
    return HttpResponse(render_to_string(name, context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, reference_number())


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    reference = reference_number()
    log.warning("Refused, reference %s: %s %s", reference, request.method, request.path)
    return _page(request, 403, reference)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    reference = reference_number()
    log.warning("Refused, reference %s: %s %s: %s", reference, request.method, request.path, reason)
    return _page(request, 403, reference)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, reference_number())


TRY_AGAIN_AFTER_S = 5


def broken(request: HttpRequest) -> HttpResponse:
    """A programming error, or a database that did not answer, which is nobody's mistake and is said as what it is.

    The log gets the kind and the place, not the message: that may hold what someone entered.
    """
    reference = reference_number()
    kind, _, trace = sys.exc_info()
    places = "".join(traceback.format_tb(trace)) if trace else ""
    name = kind.__name__ if kind else "unknown"
    log.error("Fault, reference %s: %s at %s %s\n%s", reference, name, request.method, request.path, places)
    if kind is not None and issubclass(kind, OperationalError):
        answer = _page(request, 503, reference)
        answer["Retry-After"] = str(TRY_AGAIN_AFTER_S)
        return answer
    return _page(request, 500, reference)
