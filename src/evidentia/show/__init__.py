"""A bundle in a browser: its exhibit, with the verdict, a search for digests and replay, served on loopback alone."""
