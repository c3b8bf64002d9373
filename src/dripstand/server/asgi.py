"""The ASGI application.

`dripstand serve` uses it. Under another ASGI server it serves screens only, and only where a bus tells it what the
process that listens to the devices publishes.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
