"""Opens pages in headless Chromium, as `make test-pages` calls it.

usage: look.py FOLDER PAGE...

Each page is opened from its file at 1280 and at 390 pixels, on a light and on a dark ground. It must fit the
width, write nothing to the console, ask the network for nothing, and answer to the keyboard. The pictures of
all that are left in FOLDER, for a person to look at.

Chromium is spoken to through its DevTools pipe (--remote-debugging-pipe): JSON objects that end in a NUL, on
descriptors 3 and 4 (chromedevtools.github.io/devtools-protocol).
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (1280, 390)
GROUNDS = ("light", "dark")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Browser:
    """A Chromium of its own, without any profile."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def connect():
            # Moved out of the way first: either may be 3 or 4 itself.
            source, target = os.dup(to_browser), os.dup(from_browser)
            os.dup2(source, 3)
            os.dup2(target, 4)

        self.process = subprocess.Popen(
            [
                program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox",
                "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-background-networking", "--disable-dev-shm-usage",
                f"--user-data-dir={self.folder.name}", "about:blank",
            ],
            close_fds=False, preexec_fn=connect, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest = b""
        self.number = 0
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise SystemExit("Chromium ended without a word")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if getattr(self, "session", None):
            request["sessionId"] = self.session
        os.write(self.write_end, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def ask(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def faults(browser, page, width, ground, picture):
    """What is wrong with a page at a width and on a ground; its picture goes to a file."""
    browser.events = []
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
        mobile=width < 500)
    browser.call(
        "Emulation.setEmulatedMedia",
        features=[{"name": "prefers-color-scheme", "value": ground}])
    address = page.resolve().as_uri()
    browser.call("Page.navigate", url=address)
    browser.wait("Page.loadEventFired")
    found = []
    wide = browser.ask("document.documentElement.scrollWidth")
    if wide > width:
        widest = browser.ask(
            "[...document.querySelectorAll('body *')].filter(e => !e.closest('.wide') && "
            f"e.getBoundingClientRect().right > {width} + 1).map(e => e.tagName + '.' + e.className)"
            ".slice(0, 5).join(' ')")
        found.append(f"is {wide} pixels wide: {widest}")
    found += keyboard(browser)
    browser.ask("document.activeElement.blur(); window.scrollTo(0, 0)")
    size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
    image = browser.call(
        "Page.captureScreenshot", captureBeyondViewport=True,
        clip={"x": 0, "y": 0, "width": width, "height": min(size["height"], 12000), "scale": 1})
    picture.write_bytes(base64.b64decode(image["data"]))
    for event in browser.events:
        method, values = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled":
            found.append(f"writes to the console: {values['args']}")
        elif method == "Runtime.exceptionThrown":
            found.append(f"throws: {values['exceptionDetails']['text']}")
        elif method == "Log.entryAdded":
            found.append(f"is complained of: {values['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            asked = values["request"]["url"]
            if asked != address and not asked.startswith("data:"):
                found.append(f"asks for {asked}")
    return found


def keyboard(browser):
    """What does not answer to keys: Tab must reach the boxes and the slider, Space and arrows move them."""
    found = []
    browser.ask("document.activeElement.blur()")
    reached = []
    for _ in range(200):
        browser.press("Tab", 9)
        name = browser.ask("document.activeElement.id || document.activeElement.className || ''")
        if not name or name in reached[:1]:
            break
        reached.append(name)
    for wanted in browser.ask("[...document.querySelectorAll('input')].map(e => e.id)"):
        if wanted not in reached:
            found.append(f"Tab does not reach {wanted}")
    if browser.ask("!!document.getElementById('points')"):
        found += points(browser)
    if not browser.ask("!!document.querySelector('main path.run-0')"):
        return found
    shown = "getComputedStyle(document.querySelector('main path.run-0')).display"
    browser.ask("document.getElementById('show-0').focus()")
    before = browser.ask(shown)
    space(browser)
    if (before, browser.ask(shown)) != ("inline", "none"):
        found.append("Space does not hide the first run")
    space(browser)
    if browser.ask("!!document.getElementById('epoch')"):
        browser.ask("document.getElementById('epoch').focus()")
        count = len(browser.ask("document.getElementById('epoch').dataset.epochs").split(","))
        epoch = "document.getElementById('epoch-shown').textContent"
        last = browser.ask(epoch)
        browser.press("ArrowLeft", 37)
        if count > 1 and browser.ask(epoch) == last:
            found.append("an arrow does not move the slider")
        if browser.ask("[...document.querySelectorAll('.reel')].some(reel => "
                       "reel.querySelectorAll('img:not([hidden])').length > 1)"):
            found.append("shows two grids of a run at once")
        browser.press("ArrowRight", 39)
    return found


def points(browser):
    """What does not answer on a sweep's page: the slider lights a point, buttons sort the table."""
    found = []
    lit = ("[...new Set([...document.querySelectorAll('.lit')].map(e => e.dataset.point))].join(' ')")
    browser.ask("document.getElementById('point').focus()")
    first = browser.ask(lit)
    browser.press("ArrowRight", 39)
    second = browser.ask(lit)
    if not first or not second or first == second or " " in first + second:
        found.append(f"the slider lights {first or 'nothing'}, then {second or 'nothing'}")
    if not browser.ask(f"document.getElementById('told').textContent.startsWith('point {second} ')"):
        found.append("the slider does not tell what it is at")
    column = ("[...document.querySelectorAll('#points tbody tr')].map(r => r.cells[2].dataset.sort)"
              ".filter(v => v !== undefined).map(Number)")
    browser.ask("document.querySelectorAll('.sort')[2].focus()")
    for order in (1, -1):
        space(browser)
        values = browser.ask(column)
        if values != sorted(values, reverse=order < 0):
            found.append("the table is not sorted by value")
    return found


def space(browser):
    browser.call("Input.dispatchKeyEvent", type="keyDown", key=" ", code="Space",
                 windowsVirtualKeyCode=32, text=" ")
    browser.call("Input.dispatchKeyEvent", type="keyUp", key=" ", code="Space",
                 windowsVirtualKeyCode=32)


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        raise SystemExit("no Chromium (Debian: apt install chromium); the pages were not looked at")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    browser = Browser(program)
    wrong = 0
    try:
        for page in map(pathlib.Path, sys.argv[2:]):
            for width in WIDTHS:
                for ground in GROUNDS:
                    picture = folder / f"{page.stem}-{width}-{ground}.png"
                    found = faults(browser, page, width, ground, picture)
                    wrong += len(found)
                    print(f"{page.name} at {width} pixels, {ground}: "
                          + ("; ".join(found) if found else "well") + f" ({picture})")
    finally:
        browser.end()
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
