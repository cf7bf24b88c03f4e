"""Serve the forum in the current folder on a free port of 127.0.0.1. Run by the forum's Python.

Prints ``port N`` once the socket listens, and ends when its standard input is closed, so that it never
outlives the process that started it.
"""
# mypy: ignore-errors

import os
import sys
import threading

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from waitress import create_server


def end_with_parent():
    """Wait for the end of standard input, then end at once: all state is in SQLite."""
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    """Listen, say where, and serve until told to stop."""
    server = create_server(StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(f"port {server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
