"""Synthetic screenshots whose truth is known, and how often reading them goes wrong."""
