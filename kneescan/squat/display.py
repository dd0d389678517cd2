"""Display: how a result shows itself, by what a layer above has registered for it.

A result can draw itself (``analysis.plot()``), but measuring knows neither figures nor sentences, and no
module imports from a layer above its own. So this one keeps the places, which `kneescan`, the package
above all layers, fills in when it is imported. It loads nothing, so that importing `kneescan` stays fast.
"""

TYPE_CHECKING = False
"""Known to type checkers; to import it takes ten times as long as all the rest."""

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_forms: "dict[str, Callable[..., Any]]" = {}


def register(**forms: "Callable[..., Any]") -> None:
    """Say which function draws a result as ``figure`` and which writes it as ``html``."""
    _forms.update(forms)


def shown(form: str, result: object, **options: object) -> "Any":
    """Return a result in one of the registered forms."""
    return _forms[form](result, **options)
