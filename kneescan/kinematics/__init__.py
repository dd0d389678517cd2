"""Kinematics: signals from landmarks, as functions of arrays without files, cameras or squats."""
