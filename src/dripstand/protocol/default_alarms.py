"""The alarm limits that a clinic starts from, each with its source: protocol.md 3.3 and 3.5."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dripstand.protocol.template import AlarmLimit, AlarmRules, Mark, Source

SPO2_CARD = (
    "Stimulate: say the name, touch the shoulder, ask for a deep breath.",
    "Open the airway.",
    "Give oxygen.",
    "Stop the drug at the pump.",
    "Call for help.",
)
BREATHING_CARD = (
    "Stimulate: say the name, touch the shoulder, ask for a deep breath.",
    "Open the airway. Look at the chest.",
    "Stop the drug at the pump.",
    "Call for help.",
)
PRESSURE_HIGH_CARD = (
    "Ask: chest pain, severe headache, weakness, trouble seeing or speaking?",
    "Any of these: stop the drug at the pump and call for help, at any number.",
    "None of these: repeat the cuff reading, arm at the height of the heart.",
    "Still high: pause, talk, music, tell the prescriber, who decides.",
)
PRESSURE_LOW_CARD = (
    "Repeat the cuff reading. Look at the patient.",
    "Pause the drug at the pump. Lay flat, legs up.",
    "Tell the prescriber. Pale, faint or not answering: call for help.",
)
PULSE_CARD = (
    "Feel the pulse. Ask: chest pain, faint, short of breath?",
    "Any of these: stop the drug at the pump and call for help.",
    "None of these: tell the prescriber, who decides.",
)

_TABLE = "protocol.md 3.3"
_GUIDE = Source(f"ketaminesoftware.com example limits ({_TABLE})", Mark.VERIFIED)
_KNOWN = Source(f"General knowledge ({_TABLE})", Mark.UNVERIFIED)
_STUDIES = Source(f"Alarm studies use 90 % for 15 s (BI&T 2011;45(s1):46, {_TABLE} and 3.5)", Mark.VERIFIED)
_CRTCE = Source(f"CRTCE: treatment-emergent hypertension is 165/100 and above ({_TABLE})", Mark.VERIFIED)
_POST = Source(
    f"One US esketamine clinic's rule, read as a forum post; the same thread and Yip 2022 argue against treating "
    f"a rise without symptoms ({_TABLE})",
    Mark.VERIFIED,
)
_DELAY = Source("15 s cut low-saturation alarms by 60 % at 90 % (BI&T 2011;45(s1):46, protocol.md 3.5)", Mark.VERIFIED)
_DELAY_ASSUMED = Source("The same 15 s as for saturation; assumed for this parameter", Mark.UNVERIFIED)
_AT_ONCE = Source(f"At once ({_TABLE})", Mark.UNVERIFIED)
_ONE_CUFF = Source(f"One cuff reading alerts; it is repeated before anyone acts ({_TABLE}, rule 1)", Mark.VERIFIED)
_TWO_CUFFS = Source(f"On two readings 5 min apart, as one US esketamine clinic does ({_TABLE})", Mark.VERIFIED)
_SUSTAINED = Source(f"Sustained for 5 min ({_TABLE})", Mark.UNVERIFIED)
_SOFTWARE = Source("How quickly the mirror calls a reading old; a choice of this software", Mark.UNVERIFIED)


def _limit(
    alarm: str,
    channel: str,
    sign: str,
    value: str,
    unit: str,
    priority: str,
    delay_s: int,
    bounds: tuple[str, str],
    card: tuple[str, ...],
) -> AlarmLimit:
    return AlarmLimit(
        alarm=alarm,
        channel=channel,
        above=sign in (">", ">="),
        limit_value=Decimal(value),
        unit=unit,
        priority=priority,
        delay_s=delay_s,
        latching=priority == "high",
        lowest_value=Decimal(bounds[0]),
        highest_value=Decimal(bounds[1]),
        card=card,
        at_limit=sign in (">=", "<="),
    )


_SYSTOLIC, _DIASTOLIC, _PULSE, _BREATHS = (
    "nibp_systolic_mmhg",
    "nibp_diastolic_mmhg",
    "pulse_per_min",
    "respiratory_rate_per_min",
)

_PRESSURE = PRESSURE_HIGH_CARD
_LIMITS: tuple[tuple[AlarmLimit, Source, Source], ...] = (
    (_limit("spo2_low", "spo2_percent", "<", "92", "%", "medium", 15, ("90", "96"), SPO2_CARD), _GUIDE, _DELAY),
    (_limit("spo2_very_low", "spo2_percent", "<", "90", "%", "high", 15, ("88", "94"), SPO2_CARD), _STUDIES, _DELAY),
    (_limit("spo2_critical", "spo2_percent", "<=", "88", "%", "high", 0, ("85", "90"), SPO2_CARD), _KNOWN, _AT_ONCE),
    (
        _limit("nibp_systolic_high", _SYSTOLIC, ">=", "165", "mmHg", "medium", 0, ("130", "180"), _PRESSURE),
        _CRTCE,
        _ONE_CUFF,
    ),
    (
        _limit("nibp_diastolic_high", _DIASTOLIC, ">=", "100", "mmHg", "medium", 0, ("80", "110"), _PRESSURE),
        _CRTCE,
        _ONE_CUFF,
    ),
    (
        _limit(
            "nibp_systolic_very_high", _SYSTOLIC, ">", "180", "mmHg", "high", 300, ("150", "190"), PRESSURE_HIGH_CARD
        ),
        _POST,
        _TWO_CUFFS,
    ),
    (
        _limit(
            "nibp_diastolic_very_high", _DIASTOLIC, ">", "110", "mmHg", "high", 300, ("90", "115"), PRESSURE_HIGH_CARD
        ),
        _POST,
        _TWO_CUFFS,
    ),
    (
        _limit("nibp_systolic_extreme", _SYSTOLIC, ">", "200", "mmHg", "high", 0, ("170", "210"), _PRESSURE),
        _POST,
        _POST,
    ),
    (
        _limit("nibp_diastolic_extreme", _DIASTOLIC, ">", "120", "mmHg", "high", 0, ("100", "125"), _PRESSURE),
        _POST,
        _POST,
    ),
    (
        _limit("nibp_systolic_low", _SYSTOLIC, "<", "90", "mmHg", "medium", 0, ("80", "110"), PRESSURE_LOW_CARD),
        _GUIDE,
        _ONE_CUFF,
    ),
    (
        _limit("nibp_systolic_very_low", _SYSTOLIC, "<", "80", "mmHg", "high", 0, ("70", "100"), PRESSURE_LOW_CARD),
        _KNOWN,
        _AT_ONCE,
    ),
    (
        _limit("pulse_high", _PULSE, ">", "120", "/min", "medium", 15, ("100", "140"), PULSE_CARD),
        _GUIDE,
        _DELAY_ASSUMED,
    ),
    (
        _limit("pulse_high_sustained", _PULSE, ">", "120", "/min", "high", 300, ("100", "140"), PULSE_CARD),
        _KNOWN,
        _SUSTAINED,
    ),
    (
        _limit("pulse_very_high", _PULSE, ">", "140", "/min", "high", 15, ("120", "160"), PULSE_CARD),
        _KNOWN,
        _DELAY_ASSUMED,
    ),
    (
        _limit("pulse_low", _PULSE, "<", "50", "/min", "medium", 15, ("40", "60"), PULSE_CARD),
        _GUIDE,
        _DELAY_ASSUMED,
    ),
    (
        _limit("pulse_very_low", _PULSE, "<", "40", "/min", "high", 15, ("35", "50"), PULSE_CARD),
        Source("General knowledge; no source names a high alarm for a slow pulse", Mark.UNVERIFIED),
        _DELAY_ASSUMED,
    ),
    (
        _limit("respiratory_rate_low", _BREATHS, "<", "10", "/min", "medium", 15, ("8", "12"), BREATHING_CARD),
        _GUIDE,
        _DELAY_ASSUMED,
    ),
    (
        _limit("respiratory_rate_high", _BREATHS, ">", "25", "/min", "medium", 15, ("20", "30"), BREATHING_CARD),
        _GUIDE,
        _DELAY_ASSUMED,
    ),
    (
        _limit("respiratory_rate_very_low", _BREATHS, "<", "8", "/min", "high", 15, ("6", "10"), BREATHING_CARD),
        _KNOWN,
        _DELAY_ASSUMED,
    ),
)


def default_alarms() -> AlarmRules:
    """The limits of protocol.md 3.3. A high cuff reading is confirmed by the next one, at most 15 min later.

    The source speaks of two readings 5 min apart; a cuff that cycles every 10 or 15 min would never confirm within 5.
    """
    return AlarmRules(limits=tuple(limit for limit, _, _ in _LIMITS), nibp_confirm_within_s=900)


def alarm_sources() -> Iterator[tuple[str, Source]]:
    """The dotted name and the source of every number in `default_alarms`."""
    within = Source("Bounds within which one session may set its own limit; assumed", Mark.UNVERIFIED)
    for limit, value, delay in _LIMITS:
        yield f"alarms.{limit.alarm}.limit_value", value
        yield f"alarms.{limit.alarm}.delay_s", delay
        yield f"alarms.{limit.alarm}.lowest_value", within
        yield f"alarms.{limit.alarm}.highest_value", within
    yield (
        "alarms.silence_s",
        Source("Audio paused for 2 min at most (protocol.md 3.5)", Mark.UNVERIFIED),
    )
    yield "alarms.stale_after_s", _SOFTWARE
    yield "alarms.device_silent_after_s", _SOFTWARE
    yield "alarms.technical_delay_s", _SOFTWARE
    yield (
        "alarms.nibp_confirm_within_s",
        Source("The next cuff reading counts, also where the cuff cycles every 15 min; assumed", Mark.UNVERIFIED),
    )
