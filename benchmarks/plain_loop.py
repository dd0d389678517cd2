"""Run the plain MediaPipe video loop: OpenCV reads every frame, and the pose model gets it at full size.

    python benchmarks/plain_loop.py VIDEO MODEL

It loads nothing else, for comparison with ``kneescan analyze``.
"""

import sys
from pathlib import Path


def detect_in_every_frame(video: str, model: bytes) -> int:
    """Process a video like MediaPipe's own examples; returns the number of frames."""
    import cv2
    import mediapipe

    tasks = mediapipe.tasks
    options = tasks.vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_buffer=model),
        running_mode=tasks.vision.RunningMode.VIDEO,
    )
    capture = cv2.VideoCapture(video)
    fps = capture.get(cv2.CAP_PROP_FPS)
    n_frames = 0
    with tasks.vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            was_read, image_bgr = capture.read()
            if not was_read:
                return n_frames
            image = mediapipe.Image(
                image_format=mediapipe.ImageFormat.SRGB,
                data=cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB),
            )
            landmarker.detect_for_video(image, round(n_frames * 1000 / fps))
            n_frames += 1


if __name__ == "__main__":
    sys.stdout.write(f"{detect_in_every_frame(sys.argv[1], Path(sys.argv[2]).read_bytes())}\n")
