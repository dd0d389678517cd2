"""Exercise drawings: simple figures that show how an exercise is done."""

from importlib import resources

from markupsafe import Markup, escape

ALL = tuple(
    sorted(
        file.name.removesuffix(".svg")
        for file in resources.files("kneescan.output.figures").joinpath("exercises").iterdir()
        if file.name.endswith(".svg")
    )
)
"""Names of the exercises that have a drawing."""


def exercise_drawing(name: str, *, title: str, description: str) -> Markup:
    """Drawing of an exercise, as SVG to put into a page.

    Lines have the colour of the text around the drawing, so that it fits light and dark pages.

    Parameters
    ----------
    name : str
        One of ``ALL``.
    title, description : str
        Name of the exercise and what the drawing shows, for people who cannot see it.
    """
    file = resources.files("kneescan.output.figures").joinpath("exercises", f"{name}.svg")
    root, _, shapes = file.read_text(encoding="utf-8").partition(">")
    # Nothing in a page refers to the description by name, so it may stand there several times.
    label = f'role="img" aria-label="{escape(f"{title}: {description}")}"'
    told = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return Markup(f"{root} {label}>{told}{shapes.strip()}")
