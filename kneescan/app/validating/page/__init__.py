"""Page on own readings: numbers, sentences and drawings, ready for the template.

In: an `OwnStudy`. Out: what the template shows. Open `content` first.
"""
