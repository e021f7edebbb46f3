"""Uses pollerd as people do who reach it through a proxy, and prints what it found as one JSON
object.

Usage: proxy.py URL SETUP_LINK SILENT_PORT
"""

import gzip
import html
import http.client
import json
import re
import shutil
import ssl
import sys
import tempfile
import time
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

url, setup, silent = sys.argv[1], sys.argv[2], int(sys.argv[3])
place = urllib.parse.urlparse(url)
base = place.path
password = "correct horse battery"
problems = []
cookies = {}
cookie_field = ""
csrf = ""


def connection():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", place.port, timeout=60, context=context)


def ask(method, path, fields=None, headers=None, body=None):
    """The status, the header and the text of an answer."""
    global csrf, cookie_field
    own = {"Host": place.netloc, "Accept": "text/html", "Accept-Encoding": "gzip"}
    if cookies:
        own["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if fields is not None:
        body = urllib.parse.urlencode(fields + [("csrf", csrf)])
        own["Content-Type"] = "application/x-www-form-urlencoded"
    own.update(headers or {})
    server = connection()
    server.request(method, path, body, own)
    answer = server.getresponse()
    content = answer.read()
    if answer.getheader("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    for field in answer.headers.get_all("Set-Cookie") or []:
        cookie_field = field
        name, value = field.split(";")[0].split("=", 1)
        cookies[name] = value
    text = content.decode("utf-8", "replace")
    found = re.search(r'<meta name="csrf" content="([^"]*)"', text)
    if found:
        csrf = found.group(1)
    return answer.status, answer.headers, text


def expect(condition, words):
    if not condition:
        problems.append(words)


# From nowhere to the overview.
status, headers, _ = ask("GET", base)
expect(status == 301, f"{base}: {status}")
status, headers, _ = ask("GET", f"{base}/devices")
expect(headers["Location"] == f"{base}/setup", f"before the setup: {headers['Location']}")
token = setup.split("token=")[1]
status, headers, text = ask("POST", f"{base}/setup", [
    ("token", token), ("name", "ann"), ("password", password), ("again", password)])
expect(status == 303 and headers["Location"].startswith(f"{base}/login/done"),
       f"setup: {status} {headers['Location']} {text}")
status, headers, _ = ask("GET", headers["Location"])
expect(headers["Location"] == f"{base}/", f"after the setup: {headers['Location']}")

# Every link.
seen, waiting = set(), [f"{base}/"]
while waiting:
    path = waiting.pop()
    if path in seen or len(seen) > 300:
        continue
    seen.add(path)
    status, headers, text = ask("GET", path)
    expect(status < 400, f"{path}: {status}")
    if not (headers["Content-Type"] or "").startswith("text/html"):
        continue
    expect("Strict-Transport-Security" in headers, f"{path}: no HSTS")
    expect(headers["Content-Encoding"] == "gzip" or status >= 300, f"{path}: not compressed")
    for attribute in re.findall(r'\s(?:href|src|srcset|data-graph)="([^"]*)"', text):
        for link in attribute.split(", "):
            link = html.unescape(link.split(" ")[0]).split("#")[0]
            if link.startswith("data:") or not link:
                continue
            whole = urllib.parse.urljoin(path, link)
            expect(whole.startswith(f"{base}/"), f"{path}: {link} leads out of {base}")
            waiting.append(whole)

# What others write into the proxy's fields.
kept = dict(cookies)
cookies.clear()
status, headers, _ = ask("GET", f"{base}/devices", headers={
    "X-Remote-User": "ann", "X-Forwarded-Host": "evil.example"})
expect(status == 303 and headers["Location"].startswith(f"{base}/login"),
       f"somebody named himself: {status}")
cookies.update(kept)

# Lines that come while something goes on.
server = connection()
begin = time.monotonic()
server.request("POST", f"{base}/api/v1/device-tests", json.dumps(
    {"host": "127.0.0.1", "port": silent, "community": "public", "snmp_version": "2c"}),
    {"Host": place.netloc, "Content-Type": "application/json", "X-CSRF-Token": csrf,
     "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})
answer = server.getresponse()
first = answer.readline()
first_line = time.monotonic() - begin
rest = answer.read()
last_line = time.monotonic() - begin
expect(answer.status == 200 and first.startswith(b"{"), f"{answer.status} {first} {rest}")

# The same in a real browser.
with tempfile.TemporaryDirectory() as profile:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
        "--no-first-run", "--disable-background-networking", "--ignore-certificate-errors",
        f"--host-resolver-rules=MAP {place.hostname} 127.0.0.1", f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    try:
        driver.get(f"{url}/graphs")
        driver.find_element(By.NAME, "name").send_keys("ann")
        driver.find_element(By.NAME, "password").send_keys(password)
        driver.find_element(By.CSS_SELECTOR, "main button[type=submit]").click()
        WebDriverWait(driver, 20).until(lambda d: d.current_url == f"{url}/graphs")
        driver.find_element(By.CSS_SELECTOR, "main a[href*='/graphs/']").click()
        WebDriverWait(driver, 20).until(lambda d: d.execute_script(
            "return document.images.length > 0 && [...document.images].every("
            "i => i.complete && i.naturalWidth > 0 || i.loading === 'lazy')"))
        for entry in driver.get_log("browser"):
            if entry["level"] in ("SEVERE", "WARNING"):
                problems.append(f"console: {entry['message']}")
        cookie = driver.get_cookie("pollerd_session")
        expect(cookie and cookie["secure"] and cookie["path"] == base, f"cookie: {cookie}")
        driver.find_element(By.CSS_SELECTOR, "form[action$='/logout'] button").click()
        WebDriverWait(driver, 20).until(lambda d: "/login" in d.current_url)
    finally:
        driver.quit()

print(json.dumps({
    "problems": problems, "links": len(seen), "cookie": cookie_field,
    "first_line": first_line, "last_line": last_line,
}))
