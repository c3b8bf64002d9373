"""What the device edge asks of the house: somewhere durable to put a message, and a word about its device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from .hl7.messages import DecodedMessage


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message.

    stored: True only when it is durable, now or (duplicate) from before. False makes the device send it again.
    duplicate: the same device, control id and content were stored before: acknowledged, but not charted again.
    reason: a few words for the refusal that the device shows in its log, when stored is False.
    """

    stored: bool
    duplicate: bool = False
    reason: str = ""


class MessageSink(Protocol):
    """Where messages go. The listener acknowledges on its word, so it must not give it lightly."""

    async def receive(self, message: DecodedMessage, raw: bytes, peer: str, received_at: datetime) -> Receipt:
        """Returns only when the message is durable, or says that it is not.

        Called many times at once, so that writes can be grouped; per connection in the order of the line. An exception
        counts as "not stored". raw is the message as sent, unframed. peer is "host:port".
        """
        ...


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """The settings of one device's line.

    zone: of its clock, where its times carry no offset. strict_acknowledgement: HL7 enhanced mode to the letter.
    """

    zone: tzinfo | None = None
    strict_acknowledgement: bool = False


class LineOf(Protocol):
    """Finds a device's line settings; memory only, it is asked for every message."""

    def __call__(self, device: str | None, peer: str) -> DeviceLine: ...


def no_settings(device: str | None, peer: str) -> DeviceLine:
    """The line of a device that nobody has registered."""
    return DeviceLine()
