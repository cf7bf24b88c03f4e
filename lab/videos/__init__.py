"""Videos that are made, not taken: an invented scene with sound, honest copies of it, and twins that were altered."""
