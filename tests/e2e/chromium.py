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


def works() -> str:
    """Start and close a browser; gives its version, or nothing if there is none."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoChromiumError:
            return ""
        version = browser.version
        browser.close()
        return version


def ways() -> Iterator[list[Command]]:
    """Give the ways to install one here, best first, each as the commands it takes."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    administrator = _administrator()
    if shutil.which("apt-get") and administrator is not None:
        if _is_ubuntu():  # its chromium package is only a pointer to a snap
            yield [[*playwright, "--with-deps", "chromium"]]
        else:
            apt = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
            yield [[*apt, "update"], [*apt, "install", "--no-install-recommends", "-y", "chromium"]]
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
    if version := works():
        print(f"Chromium {version} is there for the browser tests.")
        return 0
    tried = []
    for commands in ways():
        print("Installing a Chromium:", " && ".join(map(" ".join, commands)), flush=True)
        done = all(not subprocess.run(command, check=False).returncode for command in commands)
        if done and (version := works()):
            print(f"Chromium {version} is there for the browser tests.")
            return 0
        tried.append(" && ".join(map(" ".join, commands)))
    print(
        "No Chromium works on this machine, so the browser tests cannot run. "
        f"Tried in vain: {'; '.join(tried)}. Install Chromium or Google Chrome, or name its "
        "program in RANKLAB_CHROMIUM.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
