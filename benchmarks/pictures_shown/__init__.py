"""Synthetic screenshots that hold pictures, and how often locating and comparing them goes wrong."""
