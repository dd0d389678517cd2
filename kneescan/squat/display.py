"""Display: show a result by functions that a higher layer has registered.

A result can draw itself (``analysis.plot()``), but the layer that measures does not import figures or
sentences. The package `kneescan`, above all layers, registers the functions for this when it is imported.
This module loads nothing, so that importing `kneescan` stays fast.
"""

TYPE_CHECKING = False
"""Type checkers treat this as true; importing it from `typing` takes ten times as long as the rest."""

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_forms: "dict[str, Callable[..., Any]]" = {}


def register(**forms: "Callable[..., Any]") -> None:
    """Register the functions that draw a result (``figure``) and write it (``html``)."""
    _forms.update(forms)


def shown(form: str, result: object, **options: object) -> "Any":
    """Return a result in one of the registered forms."""
    return _forms[form](result, **options)
