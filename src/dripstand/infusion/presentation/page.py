"""What the chair's page offers, apart from what is so at this instant: the entries, their choices and their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dripstand.infusion.events import (
    CalmImage,
    CalmLight,
    CalmSound,
    Comfort,
    Earphones,
    Severity,
    SiteFinding,
    StaffRef,
    StopReason,
)
from dripstand.infusion.presentation.alarms import ALARM_WORDS
from dripstand.infusion.presentation.troubles import troubles
from dripstand.infusion.words import (
    CALM_IMAGE_WORDS,
    CALM_LIGHT_WORDS,
    CALM_SOUND_WORDS,
    CLEARED_WORDS,
    COMFORT_WORDS,
    DOUBT_WORDS,
    EARPHONES_WORDS,
    EMERGENCY_ACT_WORDS,
    HELPED_WORDS,
    MOAAS_WORDS,
    RASS_WORDS,
    SEVERITY_WORDS,
    SIDE_EFFECT_WORDS,
    SITE_WORDS,
    STOP_WORDS,
)
from dripstand.protocol.template import ProtocolTemplate

ICONS = {
    "nausea": "M2 13c3-6 6-6 9 0s6 6 11-1",
    "anxiety": "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c0-5 3-7 8-7s8 2 8 7",
    "dissociation": "M12 12a2 2 0 1 1 2 2 4 4 0 1 1 2-6 6 6 0 1 1-10 6 8 8 0 0 1 4-11",
    "eyes_open": "M2 12c5-8 15-8 20 0-5 8-15 8-20 0ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
    "music": "M9 18V5l11-2v13M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM20 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
    "more": "m4 20 1-4L16 5l3 3L8 19ZM14 7l3 3",
}


def _named(pairs: Iterable[tuple[str, Any]]) -> list[dict[str, str]]:
    return [{"value": value, "words": str(words)} for value, words in pairs]


def page(template: ProtocolTemplate, me: StaffRef, colleagues: Sequence[StaffRef]) -> dict[str, Any]:
    """The choices of the page. Nothing here depends on the patient."""
    scale = template.staffing.sedation_scale
    scores = MOAAS_WORDS if scale == "MOAA/S" else RASS_WORDS
    return {
        "entries": [
            _entry("nausea", _("Nausea"), "n"),
            _entry("anxiety", _("Anxious"), "a"),
            _entry("dissociation", _("Dissociation"), "d"),
            _entry("eyes_open", _("Eyes open"), "o"),
            _entry("music", _("Music"), "m"),
            _entry("more", _("Note, more"), "e"),
        ],
        "effects": _named((key, SIDE_EFFECT_WORDS[key]) for key in ("nausea", "anxiety", "dissociation")),
        "all_effects": _named(SIDE_EFFECT_WORDS.items()),
        "severities": _named((key.value, words) for key, words in SEVERITY_WORDS.items() if key in Severity),
        "comforts": _named((key.value, COMFORT_WORDS[key]) for key in (Comfort.EYES_OPEN, Comfort.MUSIC)),
        "all_comforts": _named((key.value, words) for key, words in COMFORT_WORDS.items()),
        "calm_sounds": _named((k.value, w) for k, w in CALM_SOUND_WORDS.items() if k is not CalmSound.FILE),
        "calm_images": _named((key.value, words) for key, words in CALM_IMAGE_WORDS.items() if key in CalmImage),
        "calm_lights": _named((key.value, words) for key, words in CALM_LIGHT_WORDS.items() if key in CalmLight),
        "earphones": _named(
            (key.value, words) for key, words in EARPHONES_WORDS.items() if key is not Earphones.NOT_ASKED
        ),
        "helped": _named(HELPED_WORDS.items()),
        "done": [
            _("eyes open"),
            _("reassurance"),
            _("music"),
            _("light"),
            _("rate lowered"),
            _("paused"),
            _("medicine"),
        ],
        "rate_reasons": [_("side effect"), _("vital signs"), _("more effect"), _("as ordered")],
        "line_cleared": _named(CLEARED_WORDS.items()),
        "vital_fields": [
            {"name": "pulse_per_min", "words": _("Pulse"), "unit": _("/min")},
            {"name": "spo2_percent", "words": _("SpO2"), "unit": "%"},
            {"name": "nibp_systolic_mmhg", "words": _("Systolic"), "unit": "mmHg"},
            {"name": "nibp_diastolic_mmhg", "words": _("Diastolic"), "unit": "mmHg"},
            {"name": "respiratory_rate_per_min", "words": _("Resp"), "unit": _("/min")},
        ],
        "sedation_scale": scale,
        "sedation_scores": _named((str(score), words) for score, words in scores.items()),
        "site_findings": _named((key.value, words) for key, words in SITE_WORDS.items() if key in SiteFinding),
        "more": [
            {"panel": "effect", "words": _("Side effect …")},
            {"panel": "calm", "words": _("Calm screen …")},
            {"panel": "comfort", "words": _("Comfort …")},
            {"panel": "vitals", "words": _("Vital signs …")},
            {"panel": "sedation", "words": _("Sedation …")},
            {"panel": "site", "words": _("Line site …")},
            {"panel": "medicine", "words": _("Medicine …")},
            {"panel": "flush", "words": _("Flush …")},
        ],
        "reason_panels": [
            {
                "panel": "pause",
                "kind": "infusion_paused",
                "title": _("Paused. When and why?"),
                "correction_reason": _("time and reason added"),
                "reasons": [{"value": words, "words": words} for words in pause_reasons()],
            },
            {
                "panel": "stop",
                "kind": "infusion_stopped",
                "title": _("Stopped. When and why?"),
                "correction_reason": _("time and reason added"),
                "reasons": _named(
                    (reason.value, words)
                    for reason, words in STOP_WORDS.items()
                    if reason is not StopReason.NOT_YET_SAID
                ),
            },
        ],
        "ago": [
            {"minutes": 0, "words": _("just now")},
            {"minutes": 1, "words": _("1 min ago")},
            {"minutes": 2, "words": _("2 min ago")},
            {"minutes": 5, "words": _("5 min ago")},
        ],
        "colleagues": [{"staff_id": person.staff_id, "name": person.name} for person in colleagues],
        "troubles": troubles(),
        "bag_doubts": _named((doubt.value, words) for doubt, words in DOUBT_WORDS.items()),
        "capacity": [
            {"value": "yes", "words": _("has capacity")},
            {"value": "no", "words": _("lacks capacity")},
            {"value": "", "words": _("not judged")},
        ],
        "names": [me.name, *(person.name for person in colleagues)],
        "emergency_acts": _named((act.value, words) for act, words in EMERGENCY_ACT_WORDS.items()),
        "words": {
            "side_effect": _("Which side effect, and how strong?"),
            "what_helped": _("What helped?"),
            "vitals": _("Vital signs by hand"),
            "sedation": _("Sedation, %(scale)s") % {"scale": scale},
            "any_side_effect": _("Any side effect now?"),
            "site": _("Site of the line"),
            "note_and_more": _("Note, or another entry"),
            "comfort": _("Comfort"),
            "calm": _("The patient's calm screen"),
            "medicine": _("Medicine given"),
            "flush": _("Flush given"),
            "watch": _("Who watches this chair"),
            "trouble": _("Trouble: one tap charts it"),
            "bag_doubt": _("Wrong or unknown bag: quarantine it"),
            "goes": _("The patient leaves against advice"),
        },
        "script_words": script_words(),
    }


def pause_reasons() -> tuple[str, ...]:
    """Why an infusion is paused; kept with the entry as the words that were chosen."""
    return (_("side effect"), _("vital signs"), _("patient asked"), _("toilet"), _("line or pump"))


def _entry(panel: str, words: str, key: str) -> dict[str, str]:
    return {"panel": panel, "words": words, "icon": ICONS[panel], "key": key, "says": words}


JUDGING = ("seconds", "minutes", "hours", "hours_minutes", "age", "last", "too_old", "by_hand")


def judging_words() -> dict[str, str]:
    """The words with which a script says how old a number is; all that a board's script needs."""
    said = script_words()
    return {name: said[name] for name in JUDGING}


def script_words() -> dict[str, str]:
    """What the page's script says by itself. {name} is filled in there."""
    return {
        "sending": _("sending"),
        "emergency_since": _("Emergency since {clock}, not saved yet"),
        "emergency_not_saved": _("Not in the chart yet: call for help now; what is tapped here is kept"),
        "checking": _("not known to be saved yet, checking"),
        "not_saved": _("not saved yet, kept on this screen"),
        "refused": _("not charted"),
        "signed_out": _("not saved: sign in again, it is kept"),
        "try_again": _("Try now"),
        "drop": _("Discard"),
        "open_again": _("Open it again"),
        "mean_it": _("I mean it"),
        "meanwhile": _("Charted meanwhile by others: {what}"),
        "kept_late": _("kept on the screen while the connection was lost"),
        "call_words": _("The patient calls"),
        "call_since": _("since {clock}"),
        "by_hand": _("by hand"),
        "age": _("{span} ago"),
        "last": _("last {text} at {clock}"),
        "too_old": _("too old"),
        "never": _("no reading yet"),
        "seconds": _("{count} s"),
        "minutes": _("{count} min"),
        "hours": _("{count} h"),
        "hours_minutes": _("{hours} h {minutes} min"),
        "change_to": _("Change to {rate} …"),
        "change_still": _("Change the rate …"),
        "pump_set_to": _("Pump set to {rate} mL/h? Why:"),
        "pump_started_at": _("Pump running at {rate} mL/h?"),
        "keep": _("Keep {rate}"),
        "not_yet": _("Not yet"),
        "was_ends": _("was {rate}, {ends}"),
        "what_if_ends": _("ends {clock}, {more}"),
        "later": _("{span} later"),
        "earlier": _("{span} earlier"),
        "same_time": _("same time"),
        "what_if_peak": _("effect site peak {peak} ({low} to {high}) ng/mL, at this rate {running}"),
        "what_if_outside": _("The order allows {low} to {high} mL/h."),
        "what_if_unreadable": _("Not a rate. Write it like 40.0."),
        "what_if_failed": _("No answer from the server. Nothing is charted."),
        "alarms": _("alarms"),
        "predicted": _("ketamine predicted, ng/mL"),
        "effect_site": _("effect site"),
        "plasma": _("plasma"),
        "water": _("what if, nothing is charted"),
        "what_if_curve": _("if {rate}"),
        "peak": _("peak {value}"),
        "cuff_planned": _("cuff planned"),
        "no_reading_since": _("no reading since {clock}"),
        "rate_axis": _("mL/h"),
        "whole": _("Whole"),
        "back": _("Back"),
        "not_charted_yet": _("not in the chart yet"),
        **{f"alarm_{name}": str(words) for name, words in ALARM_WORDS.items()},
        "sound_works": _("Did you hear three tones?"),
    }
