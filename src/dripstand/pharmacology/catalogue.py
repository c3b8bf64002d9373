"""Which models there are."""

from __future__ import annotations

from importlib import import_module

from .model import Model

DEFAULT_MODEL = "simons2022"

MODEL_NAMES = (
    "simons2022",
    "otto2021",
    "noppers2011",
    "kamp2020_two_compartment",
    "kamp2020_meta_analysis",
    "domino1984",
    "clements1981",
    "domino1982",
    "hijazi2003",
    "abuhelwa2022",
    "perezruixo2021",
)


class UnknownModel(KeyError):
    """No model of that name. The message lists those there are."""

    def __str__(self) -> str:
        return str(self.args[0])


def model(name: str) -> Model:
    """One model by name; its file is read only when asked for. Raises UnknownModel."""
    if name not in MODEL_NAMES:
        raise UnknownModel(f"no model named {name!r}; there are: {', '.join(MODEL_NAMES)}")
    found = import_module(f".ketamine.{name}", __package__).MODEL
    assert isinstance(found, Model)
    return found


def models() -> tuple[Model, ...]:
    """All models, the default first."""
    return tuple(model(name) for name in MODEL_NAMES)
