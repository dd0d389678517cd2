"""A second, closer look at each leg in some of the frames.

In: a frame and the landmarks found in it. Out: joints of the leg, yaw and knee flexion, from two small
nets. Open `leg_joints` first.
"""
