"""Goes the way of a person: from the setup link to a device, its first graph, another title and
colour of it, a tree, a link for others, and out again; once with the mouse and once with the
keyboard alone. Looks at every page on the way for what keeps people out. Prints what it found as
one JSON object.

Usage: journey.py BASE_URL SETUP_LINK PORT_OF_AN_AGENT PORT_OF_ANOTHER
"""

import json
import shutil
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, UnexpectedAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

base, setup, ports = sys.argv[1], sys.argv[2], sys.argv[3:5]
password = "correct horse battery"
problems = []
looked_at = 0
longest_walk = 200

# What a page must hold whoever reads it (WCAG 2.2 AA), as far as a program can tell.
CHECK = r"""
const found = [];
const say = (element, words) => {
  const text = element.outerHTML.replace(/\s+/g, " ").slice(0, 90);
  found.push(`${words}: ${text}`);
};
const isShown = element => element.checkVisibility({visibilityProperty: true})
  && !element.closest("[hidden], [aria-hidden=true]");
const named = element => {
  const ids = (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
  const label = ids.map(id => document.getElementById(id)?.textContent ?? "").join(" ")
    || element.ariaLabel || [...(element.labels ?? [])].map(l => l.textContent).join(" ")
    || element.getAttribute("alt") || element.textContent || element.title
    || (element.type === "submit" ? element.value : "");
  return label.trim();
};

// Names, labels, texts for pictures (1.1.1, 2.4.4, 3.3.2, 4.1.2).
for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
  if (element.type === "hidden" || !isShown(element)) continue;
  const inside = [...element.querySelectorAll("img")].map(i => i.alt).join("");
  if (!named(element) && !inside) say(element, "no name");
}
for (const image of document.images) if (!image.hasAttribute("alt")) say(image, "no text");
const ids = new Set();
for (const element of document.querySelectorAll("[id]")) {
  if (ids.has(element.id)) say(element, "an id that stands twice");
  ids.add(element.id);
}
for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], [for]")) {
  for (const name of ["aria-describedby", "aria-labelledby", "for"]) {
    for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean)) {
      if (!document.getElementById(id)) say(element, `${name} leads nowhere`);
    }
  }
}

// Structure (1.3.1, 2.4.1, 2.4.2, 3.1.1).
if (!document.documentElement.lang) found.push("no language");
if (!document.title.trim()) found.push("no title");
if (document.querySelectorAll("main").length !== 1) found.push("not one main");
const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isShown);
if (headings.filter(h => h.tagName === "H1").length !== 1) found.push("not one h1");
let level = 0;
for (const heading of headings) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) say(heading, `a heading of level ${own} below one of level ${level}`);
  level = own;
}
for (const table of document.querySelectorAll("table")) {
  if (!table.querySelector("th")) say(table, "a table without headings");
  for (const cell of table.querySelectorAll("th")) if (!cell.scope) say(cell, "no scope");
}
if (!document.querySelector("a.skip[href^='#']")) found.push("no way to skip the navigation");

// Contrast (1.4.3): of each text with the nearest background that hides what is behind it.
const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const parse = color => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (front, back) => front.slice(0, 3).map((c, i) => c * front[3] + back[i] * (1 - front[3]));
const background = element => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const color = parse(getComputedStyle(e).backgroundColor);
    if (color[3] > 0) layers.push(color);
    if (color[3] === 1) break;
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  let result = dark ? [18, 18, 18] : [255, 255, 255];
  for (const layer of layers.reverse()) result = over(layer, result);
  return result;
};
const luminance = color => {
  const [r, g, b] = color.map(c => c / 255).map(
    c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const judged = new Set();
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || judged.has(element) || !isShown(element)) continue;
  judged.add(element);
  if (element.closest("option, noscript, [disabled], .skip")) continue;
  const style = getComputedStyle(element);
  const back = background(element);
  const front = over(parse(style.color), back);
  const [a, b] = [luminance(front), luminance(back)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
  if (ratio < (isLarge ? 3 : 4.5)) say(element, `contrast ${ratio.toFixed(2)}`);
}

// Targets (2.5.8): 24 pixels each way, unless they stand in a sentence, or have room around them.
const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(e => isShown(e) && e.type !== "hidden" && !e.classList.contains("skip"))
  .map(e => [e, e.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
for (const [element, box] of targets) {
  if (box.width >= 24 && box.height >= 24) continue;
  const isInText = getComputedStyle(element).display === "inline"
    && element.parentElement.textContent.trim().length > element.textContent.trim().length;
  if (isInText || element.closest("label")) continue;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (const [other, place] of targets) {
    if (other === element || other.contains(element)) continue;
    const dx = Math.max(place.x - x, 0, x - place.right);
    const dy = Math.max(place.y - y, 0, y - place.bottom);
    if (Math.hypot(dx, dy) < 12) {
      say(element, `${Math.round(box.width)} by ${Math.round(box.height)} pixels, close to another`);
      break;
    }
  }
}

// Reflow (1.4.10).
const wide = document.documentElement.scrollWidth;
if (wide > innerWidth) found.push(`${wide} pixels wide in a window of ${innerWidth}`);
return found;
"""

FOCUS = r"""
const element = document.activeElement;
if (!element || element === document.body) return null;
const style = getComputedStyle(element);
const box = element.getBoundingClientRect();
const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
  || style.boxShadow !== "none";
const middle = document.elementFromPoint(
  Math.min(innerWidth - 1, Math.max(0, box.x + box.width / 2)),
  Math.min(innerHeight - 1, Math.max(0, box.y + box.height / 2)));
return {
  html: element.outerHTML.replace(/\s+/g, " ").slice(0, 90), isMarked,
  isSeen: !middle || element.contains(middle) || middle.contains(element)
    || [...(element.labels ?? [])].some(l => l.contains(middle)),
  name: (element.ariaLabel || element.textContent || "").trim(), id: element.name ?? "",
  isLink: element.tagName === "A",
};
"""


def browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


def shape(driver, width, theme):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": theme}]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False})


def complain(driver, where):
    for entry in driver.get_log("browser"):
        if entry["level"] in ("SEVERE", "WARNING"):
            problems.append(f"{where}: console: {entry['message']}")


def look(driver, where):
    """The page as it is, in both themes and three widths."""
    global looked_at
    for theme in ("light", "dark"):
        for width in (320, 768, 1280):
            shape(driver, width, theme)
            looked_at += 1
            for words in driver.execute_script(CHECK):
                problems.append(f"{where} ({theme}, {width} px): {words}")
    complain(driver, where)


def path_of(driver):
    return urllib.parse.urlparse(driver.current_url).path


def arrive(driver, path):
    WebDriverWait(driver, 30).until(lambda d: path_of(d) == path and d.execute_script(
        "return document.readyState === 'complete'"))


class Mouse:
    """Clicks what is named."""
    name = "mouse"

    def __init__(self, driver):
        self.driver = driver

    def type(self, field, text):
        for element in self.driver.find_elements(By.NAME, field):
            if element.is_displayed():
                # A click on a choice opens a list that stays open.
                if element.tag_name != "select":
                    element.click()
                    element.send_keys(Keys.CONTROL, "a")
                return element.send_keys(text)
        raise LookupError(f"no field “{field}” on {self.driver.current_url}")

    def follow(self, text, is_part=False):
        for element in self.driver.find_elements(By.TAG_NAME, "a"):
            name = element.text.strip()
            if (name == text or is_part and text in name) and element.is_displayed():
                return element.click()
        raise LookupError(f"no link “{text}” on {self.driver.current_url}")

    def press(self, text):
        for element in self.driver.find_elements(By.CSS_SELECTOR, "button, summary"):
            if element.text.strip() == text and element.is_displayed():
                return element.click()
        raise LookupError(f"no button “{text}” on {self.driver.current_url}")


class Keyboard:
    """Walks from control to control, and never touches the mouse."""
    name = "keyboard"

    def __init__(self, driver):
        self.driver = driver

    def walk(self, wanted, is_there):
        seen = []
        for _ in range(longest_walk):
            # Keys for an element of the kind colour would be taken as one.
            ActionChains(self.driver).send_keys(Keys.TAB).perform()
            here = self.driver.execute_script(FOCUS)
            if here is None:
                continue
            seen.append(here["name"] or here["id"])
            if not here["isMarked"]:
                problems.append(f"{path_of(self.driver)}: focus is not seen: {here['html']}")
            if not here["isSeen"]:
                problems.append(f"{path_of(self.driver)}: focus is covered: {here['html']}")
            if is_there(here):
                return
        raise LookupError(
            f"the keyboard does not reach “{wanted}” on {self.driver.current_url}: {seen[:60]}")

    def type(self, field, text):
        if (self.driver.execute_script(FOCUS) or {}).get("id") != field:
            self.walk(field, lambda here: here["id"] == field)
        element = self.driver.switch_to.active_element
        if element.tag_name != "select":
            element.send_keys(Keys.CONTROL, "a")
        element.send_keys(text)

    def follow(self, text, is_part=False):
        self.walk(text, lambda here: here["isLink"] and (
            here["name"] == text or is_part and text in here["name"]))
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)

    def press(self, text):
        self.walk(text, lambda here: not here["isLink"] and here["name"] == text)
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)


def arrive_below(driver, path):
    WebDriverWait(driver, 30).until(lambda d: path_of(d).startswith(path))
    arrive(driver, path_of(driver))


def wait_for_text(driver, selector, text, seconds=30):
    script = "return document.querySelector(arguments[0])?.textContent ?? ''"
    try:
        WebDriverWait(driver, seconds).until(
            lambda d: text in d.execute_script(script, selector))
    except TimeoutException:
        shown = " ".join(driver.execute_script(script, selector).split())
        raise LookupError(
            f"no “{text}” within {seconds} s on {driver.current_url}: “{shown[:500]}”") from None


def expect(is_so, words):
    if not is_so:
        problems.append(words)


def log_in(driver, hand):
    driver.get(f"{base}/")
    arrive(driver, "/login")
    hand.type("name", "ann")
    hand.type("password", password)
    hand.press("Log in")
    arrive(driver, "/")


def add_device(driver, hand, name, port):
    """Tests it first; ends on its page."""
    hand.follow("Devices")
    arrive(driver, "/devices")
    hand.follow("Add a device")
    arrive(driver, "/devices/new")
    for field, text in (("host", "127.0.0.1"), ("name", name), ("community", "public"),
                        ("port", port), ("interval", "10")):
        hand.type(field, text)
    hand.press("Test")
    wait_for_text(driver, "#trial", "Nothing was added yet", 60)
    hand.press("Add")
    WebDriverWait(driver, 120).until(lambda d: path_of(d)[len("/devices/"):].isdigit())
    arrive(driver, path_of(driver))


def to_graph(driver, hand, title):
    hand.follow(title)
    arrive_below(driver, "/graphs/")
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(
        "return document.images[0]?.complete && document.images[0].naturalWidth > 0"))


def wait_for_values(driver):
    """Until the graph has a line."""
    WebDriverWait(driver, 120).until(lambda d: d.execute_async_script("""
        const done = arguments[0];
        fetch(`${location.pathname}.json?from=now-5m&to=now`).then(answer => answer.json()).then(
          data => done(data.known_share > 0)).catch(error => done(`${error}`));""") is True)


def edit_graph(driver, hand, title):
    """Another title and colour, seen before they are saved."""
    hand.follow("Edit")
    WebDriverWait(driver, 30).until(lambda d: path_of(d).endswith("/edit"))
    arrive(driver, path_of(driver))
    picture = "return document.querySelector('[data-trial]').src"
    hand.type("title", title)
    WebDriverWait(driver, 60).until(
        lambda d: d.execute_script(picture).startswith("data:image/png"))
    wait_for_text(driver, "[data-trial-state]", "This is how it would be")
    before = driver.execute_script(picture)
    color = driver.find_element(By.CSS_SELECTOR, "form[data-editor] select[name$=color]")
    hand.type(color.get_attribute("name"), "maroon")
    WebDriverWait(driver, 60).until(lambda d: d.execute_script(picture) != before)
    hand.press("Save")
    WebDriverWait(driver, 30).until(lambda d: not path_of(d).endswith("/edit"))
    arrive(driver, path_of(driver))
    wait_for_text(driver, "h1", title)


def make_tree(driver, hand, name, device):
    """Ends on the page of the device that was put into it."""
    hand.follow("Trees")
    arrive(driver, "/trees")
    hand.type("name", name)
    hand.press("Make it")
    WebDriverWait(driver, 30).until(lambda d: path_of(d).endswith("/edit"))
    arrive(driver, path_of(driver))
    hand.press("A device")
    hand.type("device", device)
    hand.press("Add the device")
    wait_for_text(driver, "section.tree", device)
    hand.follow(name)
    WebDriverWait(driver, 30).until(lambda d: not path_of(d).endswith("/edit"))
    arrive(driver, path_of(driver))
    hand.follow(device, is_part=True)
    wait_for_text(driver, "h1", device)
    hand.follow("All about this device")
    arrive_below(driver, "/devices/")


def share(driver, hand):
    """A link that shows the graph, and nothing else, to whoever has it."""
    hand.follow("Share")
    WebDriverWait(driver, 30).until(lambda d: path_of(d).endswith("/shares"))
    arrive(driver, path_of(driver))
    hand.press("Make a link")
    WebDriverWait(driver, 30).until(lambda d: d.find_elements(By.ID, "link"))
    link = driver.find_element(By.ID, "link").get_attribute("value")
    with urllib.request.urlopen(link, timeout=30) as answer:
        expect(answer.status == 200, f"{link} answers {answer.status}")
    try:
        with urllib.request.urlopen(f"{base}/devices", timeout=30) as answer:
            expect(answer.url.startswith(f"{base}/login"), "pages are open to whoever asks")
    except urllib.error.HTTPError as error:
        expect(error.code in (401, 403), f"/devices answers a stranger {error.code}")


def journey(driver, hand, port):
    """All that somebody does on the first day."""
    device, title = f"{hand.name}-host", f"What the {hand.name} made"
    log_in(driver, hand)
    add_device(driver, hand, device, port)
    to_graph(driver, hand, f"{device} - Time of a poll")
    wait_for_values(driver)
    edit_graph(driver, hand, title)
    make_tree(driver, hand, f"Rooms of the {hand.name}", device)
    to_graph(driver, hand, title)
    share(driver, hand)
    hand.press("Log out")
    arrive(driver, "/login")
    complain(driver, hand.name)


def pages(driver):
    """Every page that a link leads to, once for each kind."""
    waiting, kinds, seen = ["/"], {}, set()
    while waiting:
        path = waiting.pop(0)
        kind = "/".join("#" if part.isdigit() else part
                        for part in urllib.parse.urlparse(path).path.split("/"))
        if path in seen or kinds.get(kind, 0) >= 2 or len(seen) > 60:
            continue
        seen.add(path)
        kinds[kind] = kinds.get(kind, 0) + 1
        driver.get(base + path)
        if driver.execute_script("return document.contentType") != "text/html":
            continue
        yield path
        for link in driver.execute_script("return [...document.links].map(l => l.href)"):
            link = link.split("#")[0]
            if not link.startswith(base + "/"):
                problems.append(f"{path}: a link leads elsewhere: {link}")
            elif not link.split("?")[0].rsplit("/", 1)[-1].count("."):
                waiting.append(link[len(base):])


with tempfile.TemporaryDirectory() as profile:
    driver = browser(profile)
    try:
        shape(driver, 1280, "light")
        mouse, keyboard = Mouse(driver), Keyboard(driver)
        driver.get(setup)
        look(driver, "setup")
        shape(driver, 1280, "light")
        mouse.type("name", "ann")
        mouse.type("password", password)
        mouse.type("again", password)
        driver.find_element(By.CSS_SELECTOR, "main button[type=submit]").click()
        arrive(driver, "/")
        mouse.press("Log out")
        arrive(driver, "/login")
        look(driver, "/login")
        shape(driver, 1280, "light")
        journey(driver, mouse, ports[0])
        journey(driver, keyboard, ports[1])
        driver.get(f"{base}/login")
        mouse.type("name", "ann")
        mouse.type("password", "wrong")
        mouse.press("Log in")
        look(driver, "/login, wrong")
        # Its status is an error, which the console says.
        shape(driver, 1280, "light")
        mouse.type("password", password)
        mouse.press("Log in")
        arrive(driver, "/")
        for path in pages(driver):
            look(driver, path)
        driver.get(f"{base}/nowhere")
        for words in driver.execute_script(CHECK):
            problems.append(f"/nowhere: {words}")
    except UnexpectedAlertPresentException as error:
        problems.append(f"a script ran: {error}")
    except LookupError as error:
        problems.append(str(error))
    finally:
        driver.quit()

# What an answer of 401 makes the console say is no mistake of a page.
problems = [p for p in problems if "the server responded with a status of 401" not in p]
print(json.dumps({"looked_at": looked_at, "problems": sorted(set(problems))}))
