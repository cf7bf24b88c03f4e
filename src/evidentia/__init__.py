"""evidentia."""
