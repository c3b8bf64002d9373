"""What can go wrong with devices: each error is one fact that a person can act on."""

from __future__ import annotations

from dripstand.people.errors import NotThere


class DeviceRefusal(Exception):
    """Base: the act was not done. The sentence says why and what to do; the page shows it beside the button."""


class NameTaken(DeviceRefusal):
    """A device with this label or identity is registered already."""


class NotADevice(DeviceRefusal):
    """What was typed cannot be a device: an empty label or identity, an unknown kind or zone."""


class DeviceIsElsewhere(DeviceRefusal):
    """The device is on another chair."""


class ChairHasMonitor(DeviceRefusal):
    """Another monitor is on this chair."""


class NobodyInChair(DeviceRefusal):
    """A device on wheels is attached to a patient's visit, and no visit is running on this chair."""


class NotBound(DeviceRefusal):
    """The device is on no chair."""


class NoSuchDevice(NotThere):
    """No device has this id."""
