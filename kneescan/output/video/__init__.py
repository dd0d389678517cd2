"""The annotated video: the analysed video with the measurements drawn into it.

In: the video, its landmarks and a `SquatAnalysis`. Out: an MP4 file, with the verdict at its end.
Open `annotated_video` first; `kneescan.output.overlay` draws each frame.
"""
