"""The examination of videos: against the earliest copy, where there is one, and each on its own."""

from .examine import examine_video

__all__ = ["examine_video"]
