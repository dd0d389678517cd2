"""Drawn on: the mark of a video that kneescan drew lines on, which are not to be measured for legs."""

from av.container import InputContainer

SENTENCE = "kneescan drew on this video: measure the original instead"
MARK = {"handler_name": SENTENCE}
"""For the stream of pictures; the name is one that MP4, MOV and MKV keep when they are copied."""


def is_drawn_on(container: InputContainer) -> bool:
    """Whether kneescan drew on the pictures of a video.

    Messengers that encode a video again remove the mark.
    """
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(SENTENCE in str(text) for place in places for text in place.values())
