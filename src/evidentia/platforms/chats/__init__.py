"""Readers of messengers' exports: bytes in, conversations out. Pure, and silent about nothing that they cannot read."""
