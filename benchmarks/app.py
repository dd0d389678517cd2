"""Kill the browser app, load it, damage its videos, correct in it: is anything lost, how soon does it answer?

    python benchmarks/app.py kills --kills 200
    python benchmarks/app.py load --uploads 20
    python benchmarks/app.py hostile --videos 500
    python benchmarks/app.py review --steps 1000
    python benchmarks/app.py live

`kills` sends files, measures them, deletes some, corrects a measured one, and kills the app with its
children at random moments of all that. What the app acknowledged must be there in the end: bytes, videos,
deletions, edits. `load` sends many files at once, cuts off half of them, and meanwhile asks for the list
once in 50 ms. `hostile` sends damaged videos to the real measurement; each must end with a result or with a
sentence. `review` steps through a video whose frames show their number, and corrects it in a browser
(needs Chromium). `live` films squats in a browser whose camera is a rendered video.
"""

import argparse
import sys

from browser_app.filming import live
from browser_app.hostile import hostile
from browser_app.killing import kills
from browser_app.loading import load
from browser_app.reviewing import review


def main() -> int:
    """Run one of the five."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["kills", "load", "hostile", "review", "live"])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--megabytes", type=float, default=8)
    parser.add_argument("--videos", type=int, default=500)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "kills":
        return int(kills(given.kills, given.seed) > 0)
    if given.what == "hostile":
        return int(hostile(given.videos, given.seed) > 0)
    if given.what == "live":
        return int(live() > 0)
    if given.what == "review":
        return int(review(given.steps, given.seed) > 0)
    return int(load(given.uploads, int(given.megabytes * 1e6), given.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
