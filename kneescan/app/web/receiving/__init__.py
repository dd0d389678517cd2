"""Addresses for phones in the same network, on a port of their own, and for the watched folder."""
