"""Close-ups: find the joints of each leg again in enlarged pictures of some frames.

In: a frame and the landmarks found in it. Out: joints of the leg, yaw and knee flexion, from two small
nets. Open `leg_joints` first.
"""
