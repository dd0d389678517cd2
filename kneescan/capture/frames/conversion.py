"""Convert decoded pictures into upright RGB images with square pixels and a limited size."""

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from kneescan.capture.frames.orientation import turn_upright
from kneescan.capture.frames.shapes import PictureShape, check_convertible

_KNOWN_COLOR_MATRICES = {0, 1, 2, 4, 5, 6, 7, 9}
"""FFmpeg's codes for the colour spaces that swscale converts; it refuses a video with any other."""

_USUAL_FORMATS = {"yuv420p": "yuv422p", "yuvj420p": "yuvj422p"}
"""How most videos store colour, at half the resolution, and the format that keeps more of it when shrunk."""


class PictureConverter:
    """Converts the decoded pictures of one video into RGB images as displayed.

    Parameters
    ----------
    shape : PictureShape
        How most pictures are stored; the others are scaled to their size.
    max_side_px : int or None
        Longest side of an image; None keeps the size. [px]
    """

    def __init__(
        self,
        shape: PictureShape,
        *,
        max_side_px: int | None,
    ) -> None:
        self._orientation = shape.orientation
        # Kept because each new reformatter computes its tables again.
        self._reformatter, self._shrinker = VideoReformatter(), VideoReformatter()
        size_px = (max(1, round(shape.width_px * shape.pixel_aspect)), shape.height_px)
        self.displayed_size_px = size_px[::-1] if shape.orientation.swaps_sides else size_px
        """Width and height as displayed, before any shrinking. [px]"""
        shrink = 1.0 if max_side_px is None else min(1.0, max_side_px / max(size_px))
        # The size before rotation: FFmpeg shrinks the picture, and the small picture is rotated.
        self._image_size_px = tuple(max(1, round(side_px * shrink)) for side_px in size_px)

    def convert(self, picture: VideoFrame) -> NDArray[np.uint8]:
        """Image as displayed, C-contiguous.

        Parameters
        ----------
        picture : VideoFrame
            Picture as decoded.

        Returns
        -------
        ndarray, shape (height, width, 3)
            RGB, by the video's own colour matrix and range; HDR is not tone-mapped.
        """
        check_convertible(picture)
        width_px, height_px = self._image_size_px
        is_known = picture.colorspace in _KNOWN_COLOR_MATRICES
        shrinks = (width_px, height_px) != (picture.width, picture.height)
        if shrinks and is_known and picture.format.name in _USUAL_FORMATS:
            # Shrinking first and then converting the colours takes a third of the time of both at once.
            small = _USUAL_FORMATS[picture.format.name]
            picture = self._shrinker.reformat(
                picture, width_px, height_px, small, interpolation=Interpolation.AREA
            )
        converted = self._reformatter.reformat(
            picture,
            width_px,
            height_px,
            "rgb24",
            src_colorspace=None if is_known else Colorspace.ITU709,
            interpolation=Interpolation.AREA,
        )
        image = np.asarray(converted.to_ndarray(), dtype=np.uint8)
        if converted is picture:
            # An RGB video at its own size: the decoder may reuse the memory that it handed out.
            image = image.copy()
        return turn_upright(image, self._orientation)
