"""Draw the live picture with everything that must be readable from 3 m away.

The picture is in the middle, with legs or checks to its left and right (over its edges if it is wide).
The headline is above it, and the keys are below it.
"""

import math
from collections.abc import Callable, Hashable

import cv2
import numpy as np

from kneescan.live.screen import labels
from kneescan.live.screen.figure import draw_figure
from kneescan.live.screen.scene import LegScene, Scene, Tone
from kneescan.live.session.phases import Stage
from kneescan.output.overlay.style import DARK, PALE, SKY_BLUE, Picture, Sprite
from kneescan.output.words.language import Words
from kneescan.squat.settings import Settings

DESIGN_SIZE_PX = (1280, 720)
"""Screen size on which lengths are based. [px]"""
FULL_DEPTH_PCT = 20.0
"""Depth of a full bar: about 70 degrees of knee flexion. [% of leg length]"""
NARROWEST = 900.0
"""On a screen narrower than this, compared with its height, verdicts get smaller. [units]"""
MARGIN = 14.0
N_KEPT = 300
"""Number of small pictures in the cache."""


class Screen:
    """Draws one picture after the other.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the drawing. [px]
    words : Words
        Sentences of a language.
    settings : Settings
        Thresholds, including the depth that a squat must reach.
    """

    def __init__(self, size_px: tuple[int, int], words: Words, settings: Settings) -> None:
        self.size_px = size_px
        self.unit = min(size_px[0] / DESIGN_SIZE_PX[0], size_px[1] / DESIGN_SIZE_PX[1])
        self._words = words
        self._enough = settings.min_depth_pct / FULL_DEPTH_PCT
        self._cut_deg = settings.fppa_cut_deg
        self._background = np.full((size_px[1], size_px[0], 3), DARK, dtype=np.uint8)
        self._kept: dict[Hashable, Sprite] = {}

    def draw(self, image_rgb: Picture, scene: Scene, *, is_mirrored: bool) -> Picture:
        """Picture for the window.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            Picture from the camera; it is not changed.
        scene : Scene
            What to show.
        is_mirrored : bool
            Whether to mirror the camera's picture; words are never mirrored.

        Returns
        -------
        ndarray, shape (height, width, 3)
            RGB.
        """
        screen, (left, top, width, height) = self._placed(image_rgb, is_mirrored=is_mirrored)
        if scene.xy is not None and scene.visibility is not None:
            xy = scene.xy * [-1, 1] + [1, 0] if is_mirrored else scene.xy
            draw_figure(
                screen,
                xy * (width, height) + (left, top),
                scene.visibility,
                stance=scene.stance,
                unit=1.3 * self.unit,
            )
        if scene.stage is Stage.FRAMING:
            self._frame(screen, (left, top, width, height), scene.tone)
            self._draw_checks(screen, scene)
        if not scene.results:
            self._draw_legs(screen, scene, is_mirrored=is_mirrored)
        room = self._draw_words(screen, scene)
        if scene.figure is not None:
            figure = str(scene.figure)
            sprite = self._keep(("figure", figure), lambda: labels.big_figure(figure, self._third))
            # Next to the person, who wants to see herself.
            self._centre(screen, sprite, 0.8, 0.53)
        if scene.results:
            self._draw_results(screen, scene, *room)
        if scene.arrow:
            sprite = self._keep("arrow", lambda: labels.arrow(self._third))
            sprite = sprite if scene.arrow > 0 else labels.mirrored(sprite)
            self._centre(screen, sprite, 0.8 if scene.arrow > 0 else 0.2, 0.75)
        return screen

    @property
    def _third(self) -> float:
        """Height of items that must be readable from 3 m at a glance. [px]"""
        return self.size_px[1] / 3

    def _keep(self, key: Hashable, make: Callable[[], Sprite]) -> Sprite:
        sprite = self._kept.pop(key, None) or make()
        self._kept[key] = sprite
        if len(self._kept) > N_KEPT:
            del self._kept[next(iter(self._kept))]
        return sprite

    def _placed(
        self, image_rgb: Picture, *, is_mirrored: bool
    ) -> tuple[Picture, tuple[int, int, int, int]]:
        """Screen with the camera's picture in its middle, and its position: left, top, width, height."""
        width, height = self.size_px
        scale = min(width / image_rgb.shape[1], height / image_rgb.shape[0])
        inner = (
            max(1, round(image_rgb.shape[1] * scale)),
            max(1, round(image_rgb.shape[0] * scale)),
        )
        # The better method takes three times as long, and differs only for strong shrinking.
        method = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
        shrunk = image_rgb if scale == 1 else cv2.resize(image_rgb, inner, interpolation=method)
        left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
        screen = self._background.copy()
        place = screen[top : top + inner[1], left : left + inner[0]]
        place[:] = cv2.flip(shrunk, 1) if is_mirrored else shrunk
        return screen, (left, top, inner[0], inner[1])

    def _frame(self, screen: Picture, place: tuple[int, int, int, int], tone: Tone) -> None:
        """Frame around the picture: solid if all is well, dashed if not."""
        if tone is Tone.PLAIN:
            return
        thick = max(3, round(10 * self.unit))
        left, top, width, height = place
        near, far = thick // 2, thick - thick // 2
        corners = [
            (left + near, top + near),
            (left + width - far, top + near),
            (left + width - far, top + height - far),
            (left + near, top + height - far),
        ]
        n_parts = 1 if tone is Tone.GOOD else 17
        for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
            ends = np.linspace(start, stop, n_parts + 1).round().astype(int)
            for part in range(0, n_parts, 2):
                cv2.line(
                    screen,
                    (int(ends[part][0]), int(ends[part][1])),
                    (int(ends[part + 1][0]), int(ends[part + 1][1])),
                    labels.COLORS[tone],
                    thick,
                )

    def _draw_checks(self, screen: Picture, scene: Scene) -> None:
        sprite = self._keep(scene.checks, lambda: labels.check_list(scene.checks, self.unit))
        margin = MARGIN * self.unit
        # Not exactly in the middle, since an arrow may be below.
        sprite.paste(screen, margin, 0.41 * self.size_px[1] - sprite.size_px[1] / 2)

    def _draw_results(self, screen: Picture, scene: Scene, top: float, bottom: float) -> None:
        """Draw the verdicts in the whole room between headline and keys."""
        width, height = self.size_px
        unit = min(height / DESIGN_SIZE_PX[1], width / NARROWEST)
        room = (width - 2 * MARGIN * self.unit, bottom - top)
        key = (scene.results, *map(round, room))
        sprite = self._keep(key, lambda: labels.result_panel(scene.results, unit, *room))
        self._centre(screen, sprite, 0.5, (top + bottom) / 2 / height)

    def _draw_words(self, screen: Picture, scene: Scene) -> tuple[float, float]:
        """Draw headline, keys and small print; return the room between them, top and bottom. [px]"""
        u, (width, height) = self.unit, self.size_px
        margin = MARGIN * u
        has_legs = scene.legs and not scene.results
        column = (labels.LEG_WIDTH + 2 * MARGIN) * u if has_legs else margin
        room = width - 2 * column
        sprite = self._keep(
            ("headline", scene.headline, scene.tone, round(room)),
            lambda: labels.headline(scene.headline, scene.tone, u, room),
        )
        sprite.paste(screen, (width - sprite.size_px[0]) / 2, margin)
        headline_bottom = 1.5 * margin + sprite.size_px[1]
        if scene.good_share > 0:
            self._draw_progress(screen, margin + sprite.size_px[1], sprite.size_px[0], scene)
        bottom = height - margin
        for text, size in ((scene.keys, 24), (scene.note, 28)):
            if text:
                sprite = self._small(text, size, is_warning=text == scene.note, room=room)
                bottom -= sprite.size_px[1]
                sprite.paste(screen, (width - sprite.size_px[0]) / 2, bottom)
                bottom -= margin / 2
        if scene.status:
            sprite = self._small(scene.status, 15, room=width)
            sprite.paste(
                screen, width - margin - sprite.size_px[0], height - margin / 2 - sprite.size_px[1]
            )
        if scene.recording:
            sprite = self._keep(scene.recording, lambda: labels.recording(scene.recording, u))
            sprite.paste(screen, margin, height - margin / 2 - sprite.size_px[1])
        return headline_bottom, bottom

    def _small(self, text: str, size: float, *, room: float, is_warning: bool = False) -> Sprite:
        return self._keep(
            (text, size, round(room)),
            lambda: labels.small_text(text, size, self.unit, room, is_warning=is_warning),
        )

    def _draw_progress(self, screen: Picture, top: float, width_px: float, scene: Scene) -> None:
        """Bar that fills while the place is good."""
        u = self.unit
        left = round((self.size_px[0] - width_px) / 2)
        low, high = round(top + 6 * u), round(top + 20 * u)
        cv2.rectangle(screen, (left, low), (left + round(width_px), high), DARK, cv2.FILLED)
        right = left + round(width_px * scene.good_share)
        cv2.rectangle(screen, (left, low), (right, high), labels.COLORS[Tone.GOOD], cv2.FILLED)

    def _draw_legs(self, screen: Picture, scene: Scene, *, is_mirrored: bool) -> None:
        for leg in scene.legs:
            # In a mirror the left leg is on the left.
            is_on_left = (leg.side == "left") == is_mirrored
            margin = MARGIN * self.unit
            width = labels.LEG_WIDTH * self.unit
            left = margin if is_on_left else self.size_px[0] - margin - width
            is_done = scene.stage is Stage.DONE
            self._draw_leg(screen, leg, left, margin, has_bar=not is_done)

    def _draw_leg(
        self, screen: Picture, leg: LegScene, left: float, top: float, *, has_bar: bool
    ) -> None:
        """Draw count, running FPPA and depth bar of a leg."""
        u = self.unit
        key = ("leg", leg.side, leg.counted, leg.wanted, leg.is_stance, has_bar)
        sprite = self._keep(
            key, lambda: labels.leg_panel(leg, self._enough, self._words, u, has_bar=has_bar)
        )
        sprite.paste(screen, left, top)
        if not has_bar:
            return
        if math.isfinite(leg.fppa_deg):
            degrees = round(leg.fppa_deg)
            number = self._keep(
                ("fppa", degrees), lambda: labels.fppa(degrees, self._cut_deg, self._words, u)
            )
            number.paste(screen, left, top + labels.FPPA_TOP * u)
        if math.isfinite(leg.depth_pct):
            share = min(max(leg.depth_pct / FULL_DEPTH_PCT, 0.0), 1.0)
            x, y, width, height = (value * u for value in labels.BAR)
            low = (round(left + x + 3 * u), round(top + y + 3 * u))
            high = (
                round(left + x + width - 3 * u),
                round(top + y + 3 * u + share * (height - 6 * u)),
            )
            color = SKY_BLUE if share >= self._enough else PALE
            cv2.rectangle(screen, low, high, color, cv2.FILLED)

    def _centre(self, screen: Picture, sprite: Sprite, x: float, y: float) -> None:
        """Draw a sprite with its centre at these fractions of width and height."""
        width, height = sprite.size_px
        sprite.paste(screen, x * self.size_px[0] - width / 2, y * self.size_px[1] - height / 2)
