"""Write the part of the validation document about real people in pictures."""

import numpy as np
from document.accuracy_part import command
from real_people import (
    correlation_table,
    disagreement_table,
    error_table,
    hips_table,
    interval_table,
    joint_table,
    repeat_table,
    trait_table,
)
from records.text_tables import Table, plain
from truth.clicked_legs import HALVES, ClickedLegs

THIGH_SHARE = 0.5
"""Length of the thigh as a share of thigh and shank."""
POSES = ("standing", "one leg", "step", "half squat")


def real_people_part(legs: ClickedLegs) -> str:
    """Write where the legs come from, the errors of every reading, and what they cannot show."""
    return "\n\n".join(
        [
            "## Real people",
            _pictures_text(legs),
            legs_table(legs).markdown(),
            command("python benchmarks/real_people.py"),
            error_table(legs).markdown(),
            interval_table(legs).markdown(),
            _CLICKS,
            repeat_table(legs).markdown(),
            _CLOTHES,
            trait_table(legs).markdown(),
            _HIPS,
            joint_table(legs).markdown(),
            hips_table(legs).markdown(),
            _TOGETHER,
            correlation_table(legs).markdown(),
            disagreement_table(legs).markdown(),
            _LIMITS,
        ]
    )


def _pictures_text(legs: ClickedLegs) -> str:
    n_people = len(set(legs.traits["person"]))
    n_pictures = len({name[:-1] for name in legs.name})
    return f"""{len(legs)} legs of {n_people} people in {n_pictures} photographs from public
repositories, seen roughly from the front. `benchmarks/real_people` holds the sources, the clicked joints
and the readings, but no picture of a person. One reader, a large AI model that looks at pictures, clicked
hip, knee and ankle on enlarged pictures without seeing any reading. The second time, the pictures were
mirrored, cut out differently and came in another order. "Clicked" is the mean of both. All legs of a
person belong to the same half. The halves follow from a hash of the name of the person's first picture
and were fixed before any joint was clicked. Nothing was fitted to the report half."""


def legs_table(legs: ClickedLegs) -> Table:
    """Number of legs by half and pose, and the range of the FPPA."""
    rows = []
    for half in HALVES:
        part = legs.having("half", half)
        clicked_deg = part.fppa(part.clicked)
        poses = (str(len(part.having("pose", pose))) for pose in POSES)
        fppa = f"{plain(float(clicked_deg.min()), 0)} to {plain(float(clicked_deg.max()), 0)}"
        people = str(len(set(part.traits["person"])))
        rows.append((half, people, str(len(part)), *poses, fppa))
    return Table(
        title="Legs of real people",
        headings=("half", "people", "legs", *POSES, "clicked FPPA [deg]"),
        rows=tuple(rows),
    )


_CLICKS = """The reader errs as well. The two clicks of a leg show how much of that is chance. Because the
second picture was mirrored, a habit of clicking too far to one side of the picture cancels in the mean."""

_CLOTHES = """Where the thigh is bare or in tights, the reader can see where the hip must be. Under loose
shorts and trousers the reader guesses it, and so do the networks: their errors there are partly the
reader's."""


_HIPS = f"""All networks place the hip higher than the reader. In the few people with close-fitting
clothing and both legs in view, they place the two hips as far apart as the reader does. Under loose clothing,
which other people wear here, MediaPipe and MoveNet place them further apart and the reader does not: the
networks seem to follow the cloth. A hip that lies outwards by 1% of the leg raises the FPPA by about
{np.degrees(0.01 / THIGH_SHARE):.1f} degrees."""

_TOGETHER = """Errors that two networks share cannot be averaged away. Wrong clicks are part of the errors of
all networks and make these look more related than they are; the last column leaves out what the two clicks
show of that. How far the networks differ tells how much to trust them."""

_LIMITS = """What this part does **not** show:

- **Exact joints.** There is one reader, not a physiotherapist, and no motion capture. What the reader
  always does wrong, such as clicking hips too low under long shirts, does not show in the repeated clicks.
- **Squats.** These are single pictures, mostly of people who stand on both feet, some on one leg.
  kneescan measures a video, near the deepest point, and averages over squats.
- **All pictures.** They were cut out around the leg that MediaPipe found, shifted at random. Pictures in
  which it found no leg are missing, and so are legs of which a joint is hidden.
- **The phone in a practice.** Many pictures are small, some smaller than the frames of any phone, and the
  people are mostly young and fit. Some pictures show the same clothes or rooms."""
