"""What is drawn into one frame of the annotated video.

In: the frame, its landmarks and what the analysis says of that moment. Out: the frame with lines,
labels and the depth bar. Open `frame_drawing` first.
"""
