#!/usr/bin/env python3
"""Opens pages of `peregrine compare --html` in headless Chromium, as a reader would see them.

usage: comparison_page.py PAGE.html... [--output FOLDER]
Each page is opened in light and in dark, 1280 and 390 pixels wide, and printed to PDF. Fails on a message of the console
that is an error, on any request but for the page itself, on a page that is wider than the window, and on a place that the
Tab key reaches without a visible focus. Screenshots (and the PDF) go to FOLDER where one is given. Needs Chromium, under
one of its usual names or in PEREGRINE_CHROMIUM; without it a line says so and nothing is checked.
"""
import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

SCHEMES = ("light", "dark")
WIDTHS = (1280, 390)
# What lies right of the window, itself or by a word too long for it, but for what lies in a box that scrolls or is only
# heard.
OVERFLOW = """[document.documentElement.scrollWidth - WIDTH, [...document.querySelectorAll('body *')].filter(e =>
  e.getBoundingClientRect().left + Math.max(e.offsetWidth, e.scrollWidth) > WIDTH + 1
  && !e.closest('.scroll, .heard, .skip, svg')).slice(0, 3).map(e => e.outerHTML.slice(0, 120))]"""
FOCUS = """(() => { const e = document.activeElement, s = getComputedStyle(e);
  return [e.tagName, (e.textContent || '').trim().slice(0, 40), e === document.body
  || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)]; })()"""


class Browser:
    """Chromium behind its debugging pipe: JSON messages that end in a zero byte."""

    def __init__(self, program, profile):
        ours, theirs = os.pipe(), os.pipe()
        command = [program, "--headless", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run", "--hide-scrollbars",
                   "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}"]

        def connect():
            # Through higher numbers, since a pipe's end may be 3 or 4 itself.
            reading, writing = os.dup2(ours[0], 30), os.dup2(theirs[1], 31)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            command, preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.writer, self.reader = ours[1], theirs[0]
        self.pending, self.number, self.session = b"", 0, None
        self.events = []

    def receive(self):
        while b"\0" not in self.pending:
            data = os.read(self.reader, 1 << 20)
            if not data:
                raise SystemExit("Chromium ended before its time")
            self.pending += data
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        """The answer's result; what happens in between is kept in `events`."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"Chromium refuses {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def open(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        os.close(self.writer)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def complaints(browser, address):
    """What the console and the network say against the page."""
    found = []
    for event in browser.events:
        method, values = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled" and values["type"] in ("error", "assert"):
            found.append(f"console: {json.dumps(values['args'])[:200]}")
        elif method == "Runtime.exceptionThrown":
            found.append(f"exception: {values['exceptionDetails']['text']}")
        elif method == "Log.entryAdded" and values["entry"]["level"] == "error":
            found.append(f"log: {values['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            requested = values["request"]["url"]
            if requested != address and not requested.startswith("data:"):
                found.append(f"request: {requested}")
    return found


def tab_stops(browser, most=200):
    """Places that Tab reaches, each with whether its focus can be seen."""
    stops = []
    for _ in range(most):
        for kind in ("rawKeyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        stop = browser.evaluate(FOCUS)
        if stop[0] == "BODY" or stops and stop == stops[0]:
            break
        stops.append(stop)
    return stops


def check(browser, path, output):
    """The number of complaints."""
    address = "file://" + os.path.abspath(path)
    name = os.path.splitext(os.path.basename(path))[0]
    count = 0
    for scheme in SCHEMES:
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for width in WIDTHS:
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                         mobile=width < 600)
            browser.events = []
            browser.call("Page.navigate", url=address)
            browser.wait("Page.loadEventFired")
            found = complaints(browser, address)
            overflow, elements = browser.evaluate(OVERFLOW.replace("WIDTH", str(width)))
            if overflow > 0 or elements:
                found.append(f"{overflow} pixels wider than the window: {elements}")
            stops = tab_stops(browser) if scheme == "light" else []
            found += [f"no visible focus: {stop[0]} {stop[1]!r}" for stop in stops if not stop[2]]
            if scheme == "light" and not stops:
                found.append("the Tab key reaches nothing")
            size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
            if output:
                browser.evaluate("scrollTo(0, 0); document.activeElement.blur()")
                clip = {"x": 0, "y": 0, "width": width, "height": min(size["height"], 16000), "scale": 1}
                picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
                save(output, f"{name}-{scheme}-{width}.png", picture["data"])
            print(f"{path}: {scheme}, {width} pixels: {int(size['height'])} high, {len(stops)} tab stops, "
                  f"{'; '.join(found) if found else 'no complaint'}")
            count += len(found)
    browser.call("Emulation.clearDeviceMetricsOverride")
    pdf = browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
    if output:
        save(output, f"{name}.pdf", pdf)
    return count


def save(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(base64.b64decode(data))


def chromium():
    names = (os.environ.get("PEREGRINE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for found in (shutil.which(name) for name in names if name) if found), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--output", help="folder for the screenshots and PDFs")
    arguments = parser.parse_args()
    program = chromium()
    if not program:
        print("skipped: no Chromium is installed, and PEREGRINE_CHROMIUM names none")
        return 0
    if arguments.output:
        os.makedirs(arguments.output, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            browser.open()
            count = sum(check(browser, page, arguments.output) for page in arguments.pages)
        finally:
            browser.close()
    print(f"{len(arguments.pages)} pages, {count} complaints")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
