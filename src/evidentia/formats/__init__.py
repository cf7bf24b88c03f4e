"""What the files of a bundle look like: pure parsing and writing, strict. The specification is docs/format.md."""
