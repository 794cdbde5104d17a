"""A Chromium for the browser tests: an installed one, else one installed by what the system offers.

`python -m tests.e2e.chromium` makes sure that one works and names it, or says why there is none.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
# Nothing but this machine can be reached, whatever a page tries.
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
Command = list[str]


class NoChromiumError(RuntimeError):
    """There is no Chromium that starts, and none could be installed."""


def candidates(playwright: Playwright) -> Iterator[str]:
    """Name the Chromiums of this machine; RANKLAB_CHROMIUM, if set, is the only one."""
    if chosen := os.environ.get("RANKLAB_CHROMIUM"):
        yield chosen
        return
    yield from filter(None, map(shutil.which, NAMES))
    places = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in MACOS]
    places.append(Path(playwright.chromium.executable_path))
    yield from (str(place) for place in places if place.exists())


def launch(playwright: Playwright) -> Browser:
    """Start the first Chromium that works, cut off from the network.

    Raises:
        NoChromiumError: none is there or none starts; the message has the reason for each.
    """
    reasons = []
    for path in candidates(playwright):
        try:
            return playwright.chromium.launch(executable_path=path, args=[OFFLINE])
        except Error as error:
            reasons.append(f"{path} does not start: {error.message.splitlines()[0]}")
    found = " ".join(reasons) or "No Chromium was found on this machine."
    raise NoChromiumError(
        f"{found} The browser tests need one: run `make browser`, or install Chromium and name "
        "its program in RANKLAB_CHROMIUM."
    )


def show_version() -> None:
    """Start a browser, print its version, close it."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        print(browser.version)
        browser.close()


def works() -> bool:
    """Start and close a browser in a process of its own, and say how that went.

    In this process a Playwright that cannot run here at all would end in an unspecific exception.
    """
    script = "from tests.e2e import chromium; chromium.show_version()"
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if answer.returncode:
        print(*answer.stderr.strip().splitlines()[-1:], file=sys.stderr, flush=True)
        return False
    print(f"Chromium {answer.stdout.strip()} is there for the browser tests.")
    return True


def ways() -> Iterator[list[Command]]:
    """Give the ways to install one here, best first, each as the commands it takes.

    Playwright's own program needs libatomic, which a bare Debian lacks.
    """
    if os.environ.get("RANKLAB_CHROMIUM"):
        return
    playwright = [sys.executable, "-m", "playwright", "install"]
    administrator = _administrator()
    if shutil.which("apt-get") and administrator is not None:
        apt = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        install = [*apt, "install", "-y", "--no-install-recommends", "libatomic1"]
        if _is_ubuntu():  # its chromium package is only a pointer to a snap
            yield [[*apt, "update"], install, [*playwright, "--with-deps", "chromium"]]
        else:
            yield [[*apt, "update"], [*install, "chromium"]]
    if shutil.which("brew"):
        yield [["brew", "install", "--cask", "google-chrome"]]
    yield [[*playwright, "chromium"]]


def _administrator() -> Command | None:
    """What to put before a command so that it may install packages; None if it may not."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    allowed = shutil.which("sudo") and not subprocess.run([*sudo, "true"], check=False).returncode
    return sudo if allowed else None


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ubuntu" in release.read_text("utf-8").lower()


def main() -> int:
    """Make sure that a Chromium works, installing one if it must; 1 if there is none."""
    if works():
        return 0
    tried = []
    for commands in ways():
        tried.append(" && ".join(map(" ".join, commands)))
        print("Installing a Chromium:", tried[-1], flush=True)
        if not any(subprocess.run(each, check=False).returncode for each in commands) and works():
            return 0
    given = "the one that RANKLAB_CHROMIUM names"
    print(
        "No Chromium works on this machine, so the browser tests cannot run. Tried in vain: "
        f"{'; '.join(tried) or given}. Install Chromium or Google Chrome, or name its program in "
        "RANKLAB_CHROMIUM.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
