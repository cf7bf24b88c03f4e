"""Scripted lives of posts on real servers: the truth of them is known, and what evidentia says is judged by it.

``life`` has the words, ``living`` lives them by a random plan of which the seed is known, ``looking`` makes the
observations, ``expecting`` tells from the truth what has to be found between them, ``judging`` compares. The other
modules are the servers. ``python -m lab.lives`` lives them all and prints a table.
"""
