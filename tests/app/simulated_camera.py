"""Pictures in which the row of simulated landmarks is written, and a tracker that reads it."""

from functools import cache

import cv2
import numpy as np

from kneescan.simulate import SquatScript, simulate
from tests.live.people import filmed

N_BITS, BLOCK_PX = 10, 32


def jpeg(image_rgb, quality=92):
    ok, content = cv2.imencode(
        ".jpg", np.ascontiguousarray(image_rgb[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    assert ok
    return content.tobytes()


@cache
def numbered(row):
    """JPEG in which the row of the landmarks is written, in blocks that survive being encoded again."""
    pose, width_px = filmed(3, 0), N_BITS * BLOCK_PX
    height_px = width_px * pose.size_px[1] // pose.size_px[0] // 2 * 2
    image = np.full((height_px, width_px, 3), 90, dtype=np.uint8)
    for bit in range(N_BITS):
        image[:BLOCK_PX, bit * BLOCK_PX : (bit + 1) * BLOCK_PX] = 255 * (row >> bit & 1)
    return jpeg(image)


@cache
def knee_moving_inward():
    """Landmarks of three squats on the left leg, in which the knee moves from over the foot far inside."""
    script = SquatScript(n_repetitions=3, valgus_deg=25.0, quiet_s=1.5, pause_s=0.7)
    return simulate([script], fps=30.0, seed=1).pose


class BitTracker:
    """Finds the landmarks whose row is written into the picture."""

    has_others = False

    def __init__(self, pose):
        self._pose = pose

    def row(self, image_rgb):
        bits = image_rgb[BLOCK_PX // 2, BLOCK_PX // 2 :: BLOCK_PX, 0][:N_BITS] > 127
        return min(int(bits @ (1 << np.arange(N_BITS))), len(self._pose) - 1)

    def track(self, image_rgb):
        row = self.row(image_rgb)
        return np.column_stack(
            [self._pose.xy_px[row] / self._pose.size_px, self._pose.visibility[row]]
        )

    def close(self):
        pass
