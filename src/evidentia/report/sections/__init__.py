"""The sections of a report, each from the material and a language, as blocks."""
