"""The field's words as frozen types. Nothing here does I/O, and nothing here imports another room."""
