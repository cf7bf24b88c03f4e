"""How often examinations of pictures are wrong, on material whose truth is known."""
