"""Examining pictures and videos: tests of which each says what it supports, where, and how often it is wrong."""
