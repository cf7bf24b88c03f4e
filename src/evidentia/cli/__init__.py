"""The command line: one file for each group of commands. It says; the rooms below do."""
