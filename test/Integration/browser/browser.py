"""A headless Chromium, driven by chromedriver over HTTP (WebDriver), with
Python's standard library alone."""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

DRIVER = os.environ.get("MLC_CHROMEDRIVER") or shutil.which("chromedriver")
SECONDS = 60  # until it starts


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """Use with `with`; what it kept lies in a folder that is removed."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        port = free_port()
        self.root = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(
            [DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + SECONDS
        while True:
            try:
                self.call("GET", "/status")
                break
            except OSError:
                if time.monotonic() > end or self.driver.poll() is not None:
                    self.driver.kill()
                    raise
                time.sleep(0.1)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", f"--user-data-dir={self.folder.name}"]  # fmt: skip
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }}})  # fmt: skip
        self.path = f"/session/{session['sessionId']}"
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", self.path)
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.folder.cleanup()

    def call(self, method: str, path: str, body=None):
        request = urllib.request.Request(
            self.root + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def devtools(self, command: str, **parameters):
        body = {"cmd": command, "params": parameters}
        return self.call("POST", f"{self.path}/goog/cdp/execute", body)

    def look(self, width: int, scheme: str) -> None:
        """How the window is from now on: so wide, `light` or `dark`."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=900,
                      deviceScaleFactor=1, mobile=False)  # fmt: skip
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.devtools("Emulation.setEmulatedMedia", features=[feature])

    def open(self, file) -> None:
        self.go(Path(file).absolute().as_uri())

    def go(self, url: str) -> None:
        self.call("POST", f"{self.path}/url", {"url": url})

    def wait(self, script: str):
        """What a script in the page returns, once that is not false."""
        end = time.monotonic() + SECONDS
        while not (value := self.run(script)):
            if time.monotonic() > end:
                raise TimeoutError(script + "\n" + self.run("return document.body.innerText;"))
            time.sleep(0.02)
        return value

    def find(self, selector: str) -> str:
        """The path of the first element that the selector finds."""
        found = self.call("POST", f"{self.path}/element",
                          {"using": "css selector", "value": selector})  # fmt: skip
        return f"{self.path}/element/{next(iter(found.values()))}"

    def write(self, selector: str, text: str) -> None:
        """Types at the end of what stands there; names a file where it takes one."""
        self.call("POST", self.find(selector) + "/value", {"text": text})

    def click(self, selector: str) -> None:
        self.call("POST", self.find(selector) + "/click", {})

    def press(self, *keys: str) -> None:
        """Presses keys one after another, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", f"{self.path}/actions",
                  {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})  # fmt: skip

    def run(self, script: str):
        """What a script in the page returns."""
        return self.call("POST", f"{self.path}/execute/sync", {"script": script, "args": []})

    def log(self, kind: str) -> list[dict]:
        """New entries of the log `performance` or `browser`."""
        return self.call("POST", f"{self.path}/se/log", {"type": kind})

    def requested(self) -> list[str]:
        """The addresses asked for since the last call, but for the browser's own."""
        messages = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        urls = [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]  # fmt: skip
        return [url for url in urls if not url.startswith(("chrome://", "data:"))]

    def screenshot(self, file) -> None:
        picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
        Path(file).write_bytes(base64.b64decode(picture["data"]))
