"""Define the size of the simulated person."""

from dataclasses import dataclass, fields
from typing import Self

DEFAULT_HEIGHT_M = 1.72
"""Height for the default lengths of :class:`Body`. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Lengths of the simulated person, measured between joint centres.

    The defaults are those of an adult who is 1.72 m tall; :meth:`of_height` scales all of them.
    """

    height_m: float = DEFAULT_HEIGHT_M
    """Standing height; determines the size of head and arms. [m]"""
    thigh_m: float = 0.42
    """Hip to knee. [m]"""
    shank_m: float = 0.41
    """Knee to ankle. [m]"""
    trunk_m: float = 0.46
    """Middle of the hips to middle of the shoulders. [m]"""
    hip_half_width_m: float = 0.09
    """Middle of the pelvis to a hip joint. [m]"""
    shoulder_width_m: float = 0.36
    """Shoulder to shoulder. [m]"""
    foot_length_m: float = 0.25
    """Heel to front of the second toe. [m]"""
    foot_spacing_m: float = 0.18
    """Ankle to ankle when standing on both feet. [m]"""
    ankle_height_m: float = 0.08
    """Ankle above the floor. [m]"""
    toe_out_deg: float = 7.0
    """Outward rotation of the feet. [deg]"""
    standing_knee_flexion_deg: float = 5.0
    """Knee flexion when standing, since nobody stands with a locked knee. [deg]"""
    shank_share: float = 0.37
    """Share of the knee's flexion that comes from the shank leaning forward; the thigh does the rest.
    A third if the trunk leans far, 0.42 if it stays upright. [1]"""

    def __post_init__(self) -> None:
        """Check that every length is above 0 and the angles are possible for a standing person."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_m") and not value > 0:
                msg = f"expected {field.name} above 0, got {value}"
                raise ValueError(msg)
        if not 0 <= self.standing_knee_flexion_deg < 90:
            msg = (
                "expected standing_knee_flexion_deg from 0 to 90, "
                f"got {self.standing_knee_flexion_deg}"
            )
            raise ValueError(msg)
        if not 0 <= self.shank_share <= 1:
            msg = f"expected shank_share from 0 to 1, got {self.shank_share}"
            raise ValueError(msg)

    @classmethod
    def of_height(cls, height_m: float) -> Self:
        """Scale every length of the default body.

        Parameters
        ----------
        height_m : float
            Standing height. [m]

        Returns
        -------
        Body
            A person with the same proportions.
        """
        scale = height_m / DEFAULT_HEIGHT_M
        return cls(
            **{
                field.name: getattr(_DEFAULT_BODY, field.name) * scale
                for field in fields(cls)
                if field.name.endswith("_m")
            }
        )


_DEFAULT_BODY = Body()
