"""The evaluation's side: why an infusion is neither ordered nor started."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CLINIC, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

_SIGN = _("A prescriber looks at the evaluation and signs a decision.")
_ASK = _("Ask the patient to sign the clinic's consent text.")

CLEARANCE: Mapping[str, Text] = {
    "no_decision": Text(_("No decision was signed that this patient may be treated."), "", CLINIC, _SIGN),
    "decided_not_eligible": Text(_("It was decided on {since} that this patient is not treated."), "", CLINIC, _SIGN),
    "decision_deferred": Text(_("The decision was deferred on {since}."), "", CLINIC, _SIGN),
    "decision_withdrawn": Text(_("The decision that was signed on {since} was taken back."), "", CLINIC, _SIGN),
    "decision_expired": Text(_("The decision held until {since}."), "", CLINIC, _SIGN),
    "decision_lapsed": Text(_("The decision lapsed because of this: {what}: {said}."), "", CLINIC, _SIGN),
    "decision_lapsed_by_several": Text(
        _("The decision lapsed because of this: {what}: {said}; and {count} more."), "", CLINIC, _SIGN
    ),
    "no_consent": Text(_("The patient has not signed the consent to treatment."), "", CLINIC, _ASK),
    "consent_withdrawn": Text(
        _("The patient took the consent to treatment back on {since}."), "", CLINIC, _("Do not treat. Talk with them.")
    ),
    "consent_expired": Text(_("The consent to treatment held until {since}."), "", CLINIC, _ASK),
    "consent_to_ask_again": Text(
        _("A hard infusion was talked through on {since}. Nothing was signed since."),
        "",
        CLINIC,
        _("Say what was learned, ask whether to go on, and let the patient sign the consent text again."),
    ),
    "consent_text_changed": Text(_("The consent text has changed since the patient signed it."), "", CLINIC, _ASK),
}
