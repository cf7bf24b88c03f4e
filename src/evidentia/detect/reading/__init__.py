"""Reading text in pictures and laying it against recorded text."""
