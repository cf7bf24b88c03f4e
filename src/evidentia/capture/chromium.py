"""Which Chromium to use, and how it is told to keep to itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidentia.record.errors import MissingPart

_COMMANDS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
_WRAPPED = Path("/usr/lib/chromium")  # Debian's commands are shell scripts around the programs here
_PLAYWRIGHT_BUILDS = ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/*/chrome")
_FEATURES_OFF = (
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "HttpsUpgrades",  # http:// asked for is http:// captured
    "InterestFeedContentSuggestions",
    "MediaRouter",
    "OptimizationHints",
    "Translate",
)
NOWHERE = "socks5://127.0.0.1:1"
"""A proxy that is not there: tcpmux, which nobody runs (RFC 1078 is historic). What has no door fails."""

_ALWAYS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--mute-audio",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-sync",
    "--disable-quic",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
    "--metrics-recording-only",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-color-profile=srgb",
    "--no-startup-window",  # each capture opens its own, in a context of its own
    f"--proxy-server={NOWHERE}",  # the browser itself goes nowhere: only a capture's context has a door
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are the door's to resolve
    f"--disable-features={','.join(_FEATURES_OFF)}",
)


@dataclass(frozen=True)
class Chromium:
    """A Chromium on this machine.

    ``libraries`` are folders that it needs in ``LD_LIBRARY_PATH``, ``fonts`` a fontconfig file.
    """

    program: Path
    libraries: tuple[Path, ...] = ()
    fonts: Path | None = None

    def environment(self, base: Mapping[str, str], home: Path) -> dict[str, str]:
        """The environment to start it in: nothing of the caller's desktop, proxies or profile.

        Args:
            base: the caller's environment.
            home: a temporary folder that stands in for the home directory.
        """
        kept = {name: base[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in base}
        kept |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
        if self.libraries:
            kept["LD_LIBRARY_PATH"] = ":".join(str(folder) for folder in self.libraries)
        if self.fonts:
            kept["FONTCONFIG_FILE"] = str(self.fonts)
        return kept


@dataclass(frozen=True)
class Launch:
    """What one start of the browser is told: its profile and what the caller chose.

    ``key_log`` is a file that takes its TLS session secrets.
    """

    profile: Path
    viewport: tuple[int, int]
    locale: str | None = None
    accepted_keys: tuple[str, ...] = ()
    key_log: Path | None = None
    sandbox: bool = field(default_factory=lambda: os.geteuid() != 0)

    def arguments(self) -> list[str]:
        """The command line, without the program."""
        width, height = self.viewport
        arguments = [
            *_ALWAYS,
            f"--user-data-dir={self.profile}",
            f"--window-size={width},{height}",
        ]
        if self.locale:
            arguments += [f"--lang={self.locale}", f"--accept-lang={self.locale}"]
        if self.accepted_keys:
            arguments.append(f"--ignore-certificate-errors-spki-list={','.join(self.accepted_keys)}")
        if self.key_log:
            arguments.append(f"--ssl-key-log-file={self.key_log}")
        if not self.sandbox:
            arguments.append("--no-sandbox")
        return arguments


def find(explicit: Path | None = None, environment: Mapping[str, str] = os.environ) -> Chromium:
    """The Chromium to use: the one named, or the first that is found.

    In this order: ``explicit``, ``EVIDENTIA_CHROMIUM``, the system's, Playwright's builds, and the one that
    ``chromium_package.unpack`` made.

    Raises:
        MissingPart: there is none, or the one named cannot be run.
    """
    for named, by in (
        (explicit, "asked for"),
        (_path(environment, "EVIDENTIA_CHROMIUM"), "EVIDENTIA_CHROMIUM"),
    ):
        if named is not None:
            return _named(named, by)
    for candidate in _candidates(environment):
        if _runnable(candidate.program):
            return candidate
    raise MissingPart(
        "There is no Chromium on this machine.",
        next_step="Install one (on Debian: apt install chromium-headless-shell), or name one in EVIDENTIA_CHROMIUM.",
    )


def installed(environment: Mapping[str, str] = os.environ) -> tuple[Chromium, ...]:
    """Every Chromium that is found, the one that ``find`` takes first; none where ``EVIDENTIA_CHROMIUM`` names none."""
    try:
        first = find(None, environment)
    except MissingPart:
        return ()
    others = (one for one in _candidates(environment) if _runnable(one.program))
    return tuple({one.program.resolve(): one for one in (first, *others)}.values())


def version(chromium: Chromium) -> str:
    """What the program says of itself, for example ``Chromium 156.0.8078.79``.

    Raises:
        MissingPart: it does not start.
    """
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - the program was found or named by the caller
            [chromium.program, "--version"],
            env=chromium.environment(os.environ, Path("/nonexistent")),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingPart(
            f"{chromium.program} does not start.", next_step="Install Chromium from your system's packages."
        ) from error
    return " ".join(done.stdout.split())


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Where an unpacked Chromium lies: ``EVIDENTIA_CHROMIUM_HOME``, or a folder of the user's cache."""
    chosen = _path(environment, "EVIDENTIA_CHROMIUM_HOME")
    return chosen or _cache(environment) / "evidentia" / "chromium"


def unpacked(folder: Path) -> Chromium:
    """The Chromium in a folder that ``chromium_package.unpack`` made."""
    return Chromium(
        program=folder / "chromium",
        libraries=(folder / "al2023" / "lib", folder / "swiftshader"),
        fonts=folder / "fonts.conf" if (folder / "fonts.conf").is_file() else None,
    )


def _named(program: Path, by: str) -> Chromium:
    if program.is_dir():
        return _named_program(unpacked(program), by)
    if (program.parent / "al2023").is_dir():
        return _named_program(unpacked(program.parent), by)
    return _named_program(Chromium(_unwrapped(program)), by)


def _named_program(chromium: Chromium, by: str) -> Chromium:
    if not _runnable(chromium.program):
        raise MissingPart(
            f"The Chromium {by}, {chromium.program}, cannot be run.", next_step="Name another one."
        )
    return chromium


def _candidates(environment: Mapping[str, str]) -> Iterator[Chromium]:
    for command in _COMMANDS:
        if found := shutil.which(command, path=environment.get("PATH")):
            yield Chromium(_unwrapped(Path(found)))
    builds = _path(environment, "PLAYWRIGHT_BROWSERS_PATH") or _cache(environment) / "ms-playwright"
    for pattern in _PLAYWRIGHT_BUILDS:
        for program in sorted(builds.glob(pattern), reverse=True):
            yield Chromium(program)
    yield unpacked(home(environment))


def _unwrapped(program: Path) -> Path:
    """The program behind Debian's shell script: it costs a shell, and reads settings of its own."""
    inner = _WRAPPED / program.name
    if program.parent == Path("/usr/bin") and _runnable(inner):
        return inner
    return program


def _runnable(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def _cache(environment: Mapping[str, str]) -> Path:
    return _path(environment, "XDG_CACHE_HOME") or Path(environment.get("HOME", "/nonexistent")) / ".cache"
