"""A bedside monitor that does not exist: it measures a simulated patient and speaks HL7 over a real TCP socket.

It behaves as the captured ones do (devices.md sections 1, 2 and 7): one message a second, a cuff reading with its own
time that is repeated until the next one, status X for a probe that is off, an INV flag while the patient moves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from .line import SendingLine, Sleep
from .sending import SendingDevice
from .wording import Line, SimulatedIdentity, message, number_text

Vitals = Callable[[float], Mapping[str, float | None]]
"""Seconds since the start -> what the patient's body does, by channel name; None or a missing name is not measured.

Names: spo2 (%), pulse, heart_rate (per minute), respiratory_rate (per minute), etco2 (mm[Hg]), temperature (Cel),
perfusion_index (%), nibp_systolic, nibp_diastolic, nibp_mean (mm[Hg]).
"""


class Artefact(StrEnum):
    """What keeps a real monitor from measuring."""

    PROBE_OFF = "the oximeter is off the finger"
    MOTION = "the patient moves"
    LEADS_OFF = "an ECG lead is off"
    LINE_OFF = "the CO2 line is off"
    CUFF_FAILED = "the cuff could not measure"


_BPM = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
_PERCENT = "262688^MDC_DIM_PERCENT^MDC"
_MMHG = "266016^MDC_DIM_MMHG^MDC"
_RESP = "264928^MDC_DIM_RESP_PER_MIN^MDC"
_CELSIUS = "268192^MDC_DIM_DEGC^MDC"

# channel -> code, containment, unit, decimals, and the artefact that silences it
_PERIODIC: dict[str, tuple[str, str, str, int, Artefact | None]] = {
    "spo2": ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "1.3.1.150456", _PERCENT, 0, Artefact.PROBE_OFF),
    "pulse": ("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1.3.1.149530", _BPM, 0, Artefact.PROBE_OFF),
    "perfusion_index": ("150488^MDC_BLD_PERF_INDEX^MDC", "1.3.1.150488", _PERCENT, 2, Artefact.PROBE_OFF),
    "heart_rate": ("147842^MDC_ECG_HEART_RATE^MDC", "1.7.4.147842", _BPM, 0, Artefact.LEADS_OFF),
    "respiratory_rate": ("151578^MDC_TTHOR_RESP_RATE^MDC", "1.7.1.151578", _RESP, 0, Artefact.LEADS_OFF),
    "etco2": ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "1.8.1.151708", _MMHG, 0, Artefact.LINE_OFF),
    "temperature": ("150344^MDC_TEMP^MDC", "1.2.1.150344", _CELSIUS, 1, None),
}
_CUFF: dict[str, tuple[str, str]] = {
    "nibp_systolic": ("150301^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301"),
    "nibp_diastolic": ("150302^MDC_PRESS_CUFF_DIA^MDC", "1.1.9.150302"),
    "nibp_mean": ("150303^MDC_PRESS_CUFF_MEAN^MDC", "1.1.9.150303"),
}
_MOTION_SPOILS = frozenset({"spo2", "pulse", "perfusion_index"})


class SimulatedMonitor(SendingDevice):
    """Drives one line from a patient's vitals until it is stopped.

    vitals: see Vitals. nibp_every_s: the cuff's interval in the patient's time. artefacts: change the set to take the
    probe off and put it back. measure_cuff() takes a cuff reading at the next tick, as a nurse would by its button.
    """

    def __init__(
        self,
        identity: SimulatedIdentity,
        vitals: Vitals,
        *,
        host: str,
        port: int,
        now: Callable[[], datetime],
        period_s: float = 1.0,
        nibp_every_s: float = 300.0,
        speed: float = 1.0,
        sleep: Sleep = asyncio.sleep,
        control_prefix: str = "",
        line: SendingLine | None = None,
    ) -> None:
        super().__init__(
            identity,
            host=host,
            port=port,
            now=now,
            period_s=period_s,
            speed=speed,
            sleep=sleep,
            control_prefix=control_prefix,
            line=line,
        )
        self._vitals = vitals
        self._nibp_every_s = nibp_every_s
        self._cuff_lines: list[Line] = []
        self._next_cuff_s = 0.0
        self.artefacts: set[Artefact] = set()

    def measure_cuff(self) -> None:
        """Inflates the cuff at the next tick."""
        self._next_cuff_s = 0.0

    def tick(self, at: datetime) -> None:
        """One message: what is measured now, and the last cuff reading with its own time."""
        elapsed_s = (at - self._started()).total_seconds()
        measured = self._vitals(elapsed_s)
        lines = [line for name in _PERIODIC if (line := self._line(name, measured, at)) is not None]
        if self._nibp_every_s > 0 and elapsed_s >= self._next_cuff_s:
            self._next_cuff_s = elapsed_s + self._nibp_every_s
            self._cuff_lines = self._cuff(measured, at)
        lines += self._cuff_lines
        if lines:
            self.queue(lambda control_id: message(self.identity, lines, at=at, control_id=control_id))

    def _line(self, name: str, measured: Mapping[str, float | None], at: datetime) -> Line | None:
        if name not in measured:
            return None
        code, containment, unit, decimals, silenced_by = _PERIODIC[name]
        value = measured[name]
        if value is None or silenced_by in self.artefacts:
            return Line(code, containment, "", unit, status="X", flags="INOP", at=at)
        flags = "INV" if Artefact.MOTION in self.artefacts and name in _MOTION_SPOILS else ""
        return Line(code, containment, number_text(value, decimals), unit, flags=flags, at=at)

    def _cuff(self, measured: Mapping[str, float | None], at: datetime) -> list[Line]:
        lines: list[Line] = []
        for name, (code, containment) in _CUFF.items():
            if name not in measured:
                continue
            value = measured[name]
            if value is None or Artefact.CUFF_FAILED in self.artefacts:
                lines.append(Line(code, containment, "", _MMHG, status="X", flags="INOP", at=at, aperiodic=True))
            else:
                lines.append(Line(code, containment, number_text(value, 0), _MMHG, at=at, aperiodic=True))
        return lines
