"""Real servers on loopback for the tests and the demo: a forum, and a PKI with timestamp authorities.

Nothing here is part of the library. Every key and password in it is made for one run, or protects nothing.
"""
