"""A practice ground on this machine: ``python -m lab.practice start|edit|delete|stop FOLDER``.

A forum with a post by "Pejabat 07", two screenshots of it (one of them altered), a PKI with two custodians, and a
timestamp authority, all on loopback, in the background until ``stop``. What the tutorial needs stands in the folder:
``env`` and ``env-receiver`` for the shell, the identities, the anchors and the screenshots.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import select
import shlex
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from lab.browser import photograph
from lab.demo import AFTER, BEFORE, TITLE
from lab.forum import Forum, ForumError
from lab.pki import Credentials, Lab

ROOT = Path(__file__).resolve().parent.parent
ALTERED = ("Paslon A", "Paslon B")  # what the forger of the second screenshot typed over in his browser
READY = b"ready\n"
START_LIMIT_S = 120.0  # a first start makes the empty forum as well; on a loaded two-core machine about 30 s
STOP_LIMIT_S = 30.0  # the forum is given 10 s to end by itself


class PracticeError(Exception):
    """The practice ground cannot do what was asked, in words for the person who asked."""


def start(folder: Path) -> None:
    """Start the servers in the background and wait until everything in the folder is ready.

    Raises:
        PracticeError: the folder holds something already, or the servers did not start.
    """
    if folder.exists() and any(folder.iterdir()):
        raise PracticeError(f"{folder} is not empty: name a new folder, or stop and remove the old one")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")  # also where the folder lies in a checkout
    ready, told = os.pipe()
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "lab.practice", "serve", str(folder.resolve()), "--tell", str(told)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[told],
        )
    os.close(told)
    with open(ready, "rb", buffering=0) as pipe:
        answered, _, _ = select.select([pipe], [], [], START_LIMIT_S)
        if answered and pipe.read(len(READY)) == READY:  # the end of the pipe means: the process has ended
            return
    process.terminate()
    process.wait(STOP_LIMIT_S)
    raise PracticeError(f"the servers did not start; their log ends:\n{(folder / 'log').read_text()[-2000:]}")


def serve(folder: Path, told: int) -> None:
    """Run the servers in the foreground until SIGTERM. ``told`` is a descriptor on which to say that all is ready."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with ExitStack() as parts:
        pid = parts.enter_context((folder / "pid").open("w"))
        fcntl.flock(pid, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held while this process lives: see _running
        pid.write(str(os.getpid()))
        pid.flush()
        lab = parts.enter_context(Lab(folder / "pki"))
        forum = parts.enter_context(Forum(folder / "forum"))
        _furnish(folder, lab, forum)
        with open(told, "wb", buffering=0) as pipe:
            pipe.write(READY)
        stopping.wait()


def stop(folder: Path) -> None:
    """End the servers and wait until they have gone. Everything else in the folder stays. Twice does no harm.

    Raises:
        PracticeError: they did not end in time.
    """
    pid = _running(folder)
    if pid is None:
        return
    process = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(process, signal.SIGTERM)
        ended, _, _ = select.select([process], [], [], STOP_LIMIT_S)
    except ProcessLookupError:
        return  # ended between the two looks
    finally:
        os.close(process)
    if not ended:
        raise PracticeError(f"process {pid} did not end within {STOP_LIMIT_S:.0f} s")


def edit(folder: Path) -> None:
    """The author changes the post."""
    forum, comment = _forum_of(folder)
    forum.edit(comment, AFTER)
    forum.stop()


def delete(folder: Path) -> None:
    """The post is removed; in this forum only moderators can."""
    forum, comment = _forum_of(folder)
    forum.delete(comment)
    forum.stop()


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.practice", description="A practice ground on this machine."
    )
    parser.add_argument("action", choices=("start", "edit", "delete", "stop", "serve"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tell", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.action == "serve":
            serve(chosen.folder, chosen.tell)
        else:
            {"start": start, "edit": edit, "delete": delete, "stop": stop}[chosen.action](chosen.folder)
    except (PracticeError, ForumError) as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.action == "start":
        print(f"The practice ground is ready. Next: . {shlex.quote(str(chosen.folder / 'env'))}")
    return 0


def _furnish(folder: Path, lab: Lab, forum: Forum) -> None:
    """Publish the post, take the screenshots, and lay down what a person needs."""
    topic = forum.publish(TITLE, BEFORE)
    _screenshot(topic.url, folder / "screenshot.jpg")
    _altered_screenshot(forum, topic.url, folder)
    for name, anchors in (("roots.pem", lab.roots), ("tsa-roots.pem", lab.tsa_roots)):
        (folder / name).write_bytes(anchors.read_bytes())
    sender, receiver = lab.people["penyidik-a"], lab.people["pengawas-b"]
    for person in (sender, receiver):
        (folder / f"{person.id}.p12").write_bytes(person.p12.read_bytes())
        (folder / f"{person.id}.pem").write_bytes(person.certificate.read_bytes())
    _write_environment(folder, "env", sender, lab, topic.url)
    _write_environment(folder, "env-receiver", receiver, lab, topic.url)
    (folder / "post.json").write_text(json.dumps({"forum": forum.base_url, "comment": topic.comment_id}))


def _write_environment(folder: Path, name: str, person: Credentials, lab: Lab, post: str) -> None:
    values = {
        "EVIDENTIA_IDENTITY": str(folder / f"{person.id}.p12"),
        "EVIDENTIA_PASSPHRASE": person.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
        "POST": post,
        "ROOTS": str(folder / "roots.pem"),
        "TSA_ROOTS": str(folder / "tsa-roots.pem"),
    }
    (folder / name).write_text(
        "".join(f"export {key}={shlex.quote(value)}\n" for key, value in values.items())
    )


def _altered_screenshot(forum: Forum, url: str, folder: Path) -> None:
    """What "inspect element" makes of the page: the same layout, other words."""
    page = forum.read(url).text.replace(*ALTERED).replace("<head>", f'<head><base href="{url}">', 1)
    copy = folder / "altered.html"
    copy.write_text(page, "utf-8")
    _screenshot(copy.as_uri(), folder / "screenshot-altered.jpg")
    copy.unlink()


def _screenshot(url: str, picture: Path) -> None:
    """As a messenger passes it on: JPEG, no metadata."""
    from PIL import Image

    taken = picture.with_suffix(".png")
    photograph(url, taken)
    with Image.open(taken) as image:
        image.convert("RGB").save(picture, quality=80)
    taken.unlink()


def _forum_of(folder: Path) -> tuple[Forum, int]:
    """The forum that runs in the folder, for one more request, and the post's number in it."""
    if _running(folder) is None:
        raise PracticeError(f"no practice ground runs in {folder}: start one")
    post = json.loads((folder / "post.json").read_text())
    forum = Forum(folder / "forum")
    forum.base_url = post["forum"]
    return forum, int(post["comment"])


def _running(folder: Path) -> int | None:
    """The process that runs the folder's servers. It holds a lock on its pid file, so a reused number fools nobody."""
    path = folder / "pid"
    if not path.exists():
        return None
    with path.open() as pid:
        try:
            fcntl.flock(pid, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(pid.read())
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
