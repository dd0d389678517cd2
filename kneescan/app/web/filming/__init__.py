"""Addresses of recording and practice, with the socket for the camera's pictures."""
