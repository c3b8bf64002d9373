"""What goes wrong, with one tap each, and what follows: prompts with their source, never a decision.

The prompts repeat what the protocol's sources say, each with its source; the clinic's own card for an alarm stands
beside them where there is one. What is offered next are entries that somebody may chart, nothing more.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

STOP, PAUSE, EMERGENCY = "stop", "pause", "emergency"


def troubles() -> list[dict[str, Any]]:
    """Each trouble: its entry, the prompts, and what may be charted next. ``prompts``: (words, whose they are)."""
    named_stop = _("The protocol's table lists this under stop: symptoms count at any number.")
    unverified = _("thresholds, to be confirmed by the clinic")
    return [
        _one(
            "no-line",
            _("No line can be placed"),
            ("line_placing_failed", {"attempts_count": "1"}),
            [(_("Each attempt is one tap. Without a line the visit is cancelled from the preparation page."), "")],
        ),
        _one(
            "infiltrated",
            _("Infiltration"),
            ("access_site_checked", {"finding": "infiltrated"}),
            [
                (
                    _("What ran since the site was last seen to be good may lie beside the vein: the dose is a range."),
                    _("arithmetic"),
                )
            ],
            stop="line_failed",
            also=(PAUSE,),
            panels=(("site", _("Line site …")),),
        ),
        _one(
            "vomits",
            _("Vomiting"),
            ("side_effect_noted", {"effect": "vomiting", "severity": "moderate"}),
            [(_("Ondansetron is what a published leaflet gives for nausea, where it is ordered."), _("Oxford Health"))],
            stop="side_effect",
            also=(PAUSE, EMERGENCY),
            panels=(("medicine", _("Medicine …")), ("vitals", _("Vital signs …"))),
        ),
        _one(
            "panic",
            _("Panic"),
            ("side_effect_noted", {"effect": "anxiety", "severity": "severe", "detail": _("panic")}),
            [
                (_("Opening the eyes, calm music and a voice mostly lessen fear."), _("HealthyPlace")),
                (_("Once stopped, unpleasant effects nearly always fade within 15 min."), _("Oxford Health")),
            ],
            stop="side_effect",
            also=(PAUSE,),
            panels=(("eyes_open", _("Eyes open")), ("music", _("Music"))),
        ),
        _one(
            "chest-pain",
            _("Chest pain"),
            ("side_effect_noted", {"effect": "chest_pain", "severity": "severe"}),
            [(named_stop, unverified)],
            stop="side_effect",
            also=(EMERGENCY,),
            panels=(("vitals", _("Vital signs …")),),
        ),
        _one(
            "severe-headache",
            _("Severe headache"),
            ("side_effect_noted", {"effect": "headache", "severity": "severe"}),
            [(named_stop, unverified), (_("Measure the pressure again before acting on one number."), unverified)],
            stop="side_effect",
            also=(EMERGENCY,),
            panels=(("vitals", _("Vital signs …")),),
        ),
        _one(
            "stop-asked",
            _("“I want to stop”"),
            ("stop_asked", {}),
            [
                (_("The patient may have it slowed or stopped at any time."), _("the patient's guide")),
                (_("Once stopped, unpleasant effects nearly always fade within 15 min."), _("Oxford Health")),
            ],
            stop="patient_asked",
            also=(PAUSE,),
        ),
        _one(
            "pump",
            _("Pump fails"),
            ("pump_failed", {}),
            [
                (
                    _("Read the pump's counted volume if it can be read; without it the dose is a range."),
                    _("arithmetic"),
                ),
                (_("A pump that is not listed reports nothing here: its rates are confirmed by hand."), ""),
            ],
            stop="pump_failed",
        ),
    ]


def _one(
    key: str,
    words: str,
    entry: tuple[str, dict[str, str]],
    prompts: list[tuple[str, str]],
    *,
    stop: str = "",
    also: tuple[str, ...] = (),
    panels: tuple[tuple[str, str], ...] = (),
) -> dict[str, Any]:
    kind, fields = entry
    return {
        "key": key,
        "words": words,
        "kind": kind,
        "fields": [{"name": name, "value": value} for name, value in fields.items()],
        "prompts": [{"words": text, "source": source} for text, source in prompts],
        "stop": stop,
        "pauses": PAUSE in also,
        "emergency": EMERGENCY in also,
        "panels": [{"panel": panel, "words": said} for panel, said in panels],
    }
