"""Where the joints are in space.

In: the course of the movement and a `Body`. Out: all 33 landmarks of every frame, in space. Open
`landmarks` first; `leg` has the exact geometry of the knee.
"""
