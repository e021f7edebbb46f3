"""Opens every page of a daemon whose devices want to run scripts, in a real browser, and prints
what ran, or tried to, as one JSON object.

Usage: hostile.py BASE_URL
"""

import json
import shutil
import sys
import tempfile
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import UnexpectedAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

base = sys.argv[1]
problems, seen, kinds, waiting = [], set(), {}, ["/"]
pictures = 0

with tempfile.TemporaryDirectory() as profile:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
        "--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    try:
        while waiting:
            path = waiting.pop(0)
            kind = "/".join("#" if part.isdigit() else part
                            for part in urllib.parse.urlparse(path).path.split("/"))
            if path in seen or kinds.get(kind, 0) >= 12 or len(seen) > 150:
                continue
            seen.add(path)
            kinds[kind] = kinds.get(kind, 0) + 1
            driver.get(base + path)
            if driver.execute_script("return document.contentType") != "text/html":
                continue
            driver.execute_script(
                "document.querySelectorAll('img').forEach(i => { i.loading = 'eager'; });"
                "document.querySelectorAll('details').forEach(d => { d.open = true; });")
            WebDriverWait(driver, 60).until(lambda d: d.execute_script(
                "return [...document.images].every(i => i.complete)"))
            for source, width in driver.execute_script(
                    "return [...document.images].map(i => [i.currentSrc, i.naturalWidth])"):
                pictures += 1
                if not width:
                    problems.append(f"{path}: {source} did not load")
            if driver.execute_script("return window.pwned !== undefined"):
                problems.append(f"{path}: a script of a device ran")
            # What a text of a device would have made, were it more than text.
            for words in driver.execute_script("""
                const found = [];
                for (const e of document.querySelectorAll("*")) {
                  for (const a of e.attributes) if (a.name.startsWith("on")) found.push(e.outerHTML);
                }
                for (const s of document.scripts) if (!s.src) found.push(s.outerHTML);
                for (const l of document.querySelectorAll("[href], [src]")) {
                  const to = l.getAttribute("href") ?? l.getAttribute("src");
                  if (/^\\s*(javascript|vbscript):/i.test(to)) found.push(to);
                }
                const text = document.documentElement.textContent;
                if (/[\\u0000-\\u0008\\u000e-\\u001f\\u007f\\u202a-\\u202e\\u2066-\\u2069]/.test(text)) {
                  found.push("a control character");
                }
                return found;"""):
                problems.append(f"{path}: {words[:120]}")
            for entry in driver.get_log("browser"):
                if entry["level"] in ("SEVERE", "WARNING"):
                    problems.append(f"{path}: console: {entry['message']}")
            for link in driver.execute_script("return [...document.links].map(l => l.href)"):
                link = link.split("#")[0]
                if not link.startswith(base + "/"):
                    problems.append(f"{path}: a link leads elsewhere: {link}")
                elif "." not in link.split("?")[0].rsplit("/", 1)[-1]:
                    waiting.append(link[len(base):])
    except UnexpectedAlertPresentException as error:
        problems.append(f"a script of a device ran: {error}")
    finally:
        driver.quit()

print(json.dumps({"pages": len(seen), "pictures": pictures, "problems": problems}))
