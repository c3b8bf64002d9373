"""An infusion pump that does not exist: a person sets it, it reports what it does. Nobody can command it over the wire.

It speaks PCD-01 and, at a start and at the end of its volume, PCD-10, with the lines of the B. Braun captures
(devices.md sections 2 and 3). Volumes are exact: rate changes and the time between them, in Decimal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from .line import SendingLine, Sleep
from .sending import SendingDevice
from .wording import Line, SimulatedIdentity, message, number_text

_ML_PER_H = "265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM"
_ML = "263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM"
_MG_PER_ML = "264306^MDC_DIM_MILLI_G_PER_ML^MDC^mg/mL^mg/mL^UCUM"
_SECONDS_PER_H = Decimal(3600)


class PumpState(StrEnum):
    """What the pump does."""

    INFUSING = "pump-status-infusing"
    PAUSED = "pump-status-paused"
    STOPPED = "pump-status-not-infusing"


class SimulatedPump(SendingDevice):
    """A volumetric pump with one bag.

    set_rate, start, pause, stop and load are what a person does at its keys. It goes on at the rate it was given until
    somebody changes it there, whatever a chart says.
    """

    def __init__(
        self,
        identity: SimulatedIdentity,
        *,
        host: str,
        port: int,
        now: Callable[[], datetime],
        volume_to_be_infused_ml: Decimal,
        drug: str = "",
        concentration_mg_per_ml: Decimal | None = None,
        period_s: float = 10.0,
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
        self._drug = drug
        self._concentration_mg_per_ml = concentration_mg_per_ml
        self._to_be_infused_ml = volume_to_be_infused_ml
        self._delivered_ml = Decimal(0)
        self._rate_ml_per_h = Decimal(0)
        self._state = PumpState.STOPPED
        self._reason = "pump-stopped-not-started"
        self._counted_to: datetime | None = None

    # --- a person at its keys ---------------------------------------------------------------------------------------

    def load(self, volume_to_be_infused_ml: Decimal, delivered_ml: Decimal = Decimal(0)) -> None:
        """Hangs a bag: its volume, and what has run of it already."""
        self._to_be_infused_ml, self._delivered_ml = volume_to_be_infused_ml, delivered_ml

    def set_rate(self, rate_ml_per_h: Decimal) -> None:
        """Sets the rate; a running pump runs on at it. Raises ValueError below zero."""
        if rate_ml_per_h < 0:
            raise ValueError("a pump does not run backwards")
        self._count(self._now())
        self._rate_ml_per_h = rate_ml_per_h
        self.tick(self._now())

    def start(self) -> None:
        """Starts, or goes on after a pause."""
        self._count(self._now())
        if self._remaining_ml() > 0 and self._rate_ml_per_h > 0:
            self._state, self._reason = PumpState.INFUSING, ""
            self._report(self._now(), event="197288^MDC_EVT_PUMP_DELIV_START^MDC")

    def pause(self) -> None:
        """Holds the infusion."""
        self._halt(PumpState.PAUSED, "pump-stopped-paused-by-user")

    def stop_infusing(self) -> None:
        """Stops the infusion."""
        self._halt(PumpState.STOPPED, "pump-stopped-by-user")

    # --- what it reports --------------------------------------------------------------------------------------------

    @property
    def state(self) -> PumpState:
        """What it does now."""
        return self._state

    @property
    def rate_ml_per_h(self) -> Decimal:
        """What flows now: zero unless it infuses."""
        return self._rate_ml_per_h if self._state is PumpState.INFUSING else Decimal(0)

    def delivered_ml(self) -> Decimal:
        """What has been delivered of this bag, exactly."""
        self._count(self._now())
        return self._delivered_ml

    def tick(self, at: datetime) -> None:
        """One report; when the volume is through, the pump stops by itself and says so."""
        was = self._state
        self._count(at)
        if was is PumpState.INFUSING and self._state is not was:
            self._report(at, event="197292^MDC_EVT_PUMP_DELIV_COMP^MDC")
        else:
            self._report(at)

    def _halt(self, state: PumpState, reason: str) -> None:
        self._count(self._now())
        self._state, self._reason = state, reason
        self.tick(self._now())

    def _remaining_ml(self) -> Decimal:
        return max(self._to_be_infused_ml - self._delivered_ml, Decimal(0))

    def _count(self, at: datetime) -> None:
        since, self._counted_to = self._counted_to or at, at
        if self._state is not PumpState.INFUSING:
            return
        span = at - since
        elapsed_s = Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds) / 1_000_000
        self._delivered_ml += self._rate_ml_per_h * elapsed_s / _SECONDS_PER_H
        if self._delivered_ml >= self._to_be_infused_ml:
            self._delivered_ml = self._to_be_infused_ml
            self._state, self._reason = PumpState.STOPPED, "pump-stopped-volume-infused"

    def _report(self, at: datetime, event: str = "") -> None:
        infusing = self._state is PumpState.INFUSING
        delivery = "pump-delivery-status-delivering" if infusing else "pump-delivery-status-not-delivering"
        lines = [
            _container("70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC", "1.0.0.0"),
            _container("70050^MDC_DEV_PUMP_INFUS_LVP_VMD^MDC", "1.1.0.0"),
        ]
        if event:
            lines.append(_coded("68487^MDC_ATTR_EVT_COND^MDC", "1.1.0.3", event))
        lines += [
            _container("70067^MDC_DEV_PUMP_DELIVERY_INFO^MDC", "1.1.1.0"),
            _coded("184519^MDC_PUMP_INFUSING_STATUS^MDC", "1.1.1.1", f"^{self._state}"),
            _number("158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "1.1.1.2", self.rate_ml_per_h, _ML_PER_H),
            _container("70071^MDC_DEV_PUMP_INFUSATE_SOURCE_PRIMARY^MDC", "1.1.2.0"),
        ]
        if self._drug:
            lines.append(Line("184514^MDC_DRUG_NAME_LABEL^MDC", "1.1.2.2", self._drug, value_type="ST"))
        lines.append(_number("157784^MDC_FLOW_FLUID_PUMP^MDC", "1.1.2.5", self._rate_ml_per_h, _ML_PER_H))
        if self._concentration_mg_per_ml is not None:
            concentration = self._concentration_mg_per_ml
            lines.append(_number("157760^MDC_CONC_DRUG^MDC", "1.1.2.7", concentration, _MG_PER_ML, decimals=4))
        lines += [
            _number("157884^MDC_VOL_FLUID_TBI^MDC", "1.1.2.8", self._to_be_infused_ml, _ML),
            _number("157872^MDC_VOL_FLUID_TBI_REMAIN^MDC", "1.1.2.9", self._remaining_ml(), _ML),
            _number("157993^MDC_VOL_FLUID_DELIV_TOTAL^MDC", "1.1.2.11", self._delivered_ml, _ML),
            _coded("158005^MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS^MDC", "1.1.2.22", f"^{delivery}"),
        ]
        if self._reason:
            lines.append(_coded("158006^MDC_DEV_PUMP_NOT_DELIVERING_REASON^MDC", "1.1.2.23", f"^{self._reason}"))
        trigger = "R42" if event else "R01"
        subject = f"{self._drug}^{self._drug}" if self._drug else "999999^Unknown medication"

        def write(control_id: str) -> bytes:
            return message(self.identity, lines, at=at, control_id=control_id, trigger=trigger, subject=subject)

        self.queue(write)


def _container(code: str, containment: str) -> Line:
    return Line(code, containment, value_type="", status="X")


def _coded(code: str, containment: str, value: str) -> Line:
    return Line(code, containment, value, value_type="CWE")


def _number(code: str, containment: str, value: Decimal, unit: str, decimals: int = 2) -> Line:
    return Line(code, containment, number_text(value, decimals), unit)
