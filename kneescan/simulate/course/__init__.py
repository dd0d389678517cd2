"""What the simulated person does, and when.

In: a `SquatScript` per part of the clip. Out: flexion, valgus, wobble, tilt and feet of every frame. Open
`script` first, then `motion`.
"""
