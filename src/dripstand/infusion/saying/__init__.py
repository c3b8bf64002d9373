"""One line of the chart in words: what happened, for every kind of entry."""

from dripstand.infusion.saying import calm, emergency, giving, trouble, watching
from dripstand.infusion.saying.registry import SAYERS, NoWords, Said, say
from dripstand.infusion.saying.watching import alarm_word

__all__ = ["SAYERS", "NoWords", "Said", "alarm_word", "calm", "emergency", "giving", "say", "trouble", "watching"]
