"""The pose estimator of kneescan: MediaPipe's Pose Landmarker.

In: frames. Out: a `PoseSequence`. Open `estimator` first; only `library` imports MediaPipe.
"""
