"""Opens every page in a real browser and prints what it found as one JSON object.

Usage: browser.py BASE_URL GRAPH_ID
"""

import json
import shutil
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.ui import WebDriverWait

base, graph = sys.argv[1], sys.argv[2]
problems = []
pages = pictures = 0
links = set()


def browser(width, height, theme, profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        f"--window-size={width},{height}", f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": theme}]})
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
    return driver


def look(driver, path, where):
    """One page: its pictures, its console, its width, its links."""
    global pages, pictures
    driver.get(base + path)
    # Pictures below the fold are loaded when they come into view.
    driver.execute_script(
        "document.querySelectorAll('img').forEach(i => { i.loading = 'eager'; });")
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(
        "return [...document.images].every(i => i.complete)"))
    pages += 1
    for picture in driver.execute_script(
            "return [...document.images].map(i => [i.currentSrc, i.naturalWidth, i.alt])"):
        pictures += 1
        source, width, alt = picture
        if width == 0:
            problems.append(f"{where} {path}: picture {source} did not load")
        if not alt:
            problems.append(f"{where} {path}: picture {source} has no text")
        theme = "dark" if "dark" in where else "light"
        if f"theme={theme}" not in source:
            problems.append(f"{where} {path}: picture {source} is of the other theme")
    for entry in driver.get_log("browser"):
        if entry["level"] in ("SEVERE", "WARNING"):
            problems.append(f"{where} {path}: console: {entry['message']}")
    wide, seen = driver.execute_script(
        "return [document.documentElement.scrollWidth, window.innerWidth]")
    if wide > seen:
        problems.append(f"{where} {path}: {wide} px wide in a window of {seen}")
    if "dark" in where:
        back = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        if back != "rgb(20, 24, 29)":
            problems.append(f"{where} {path}: background {back} is not dark")
    for link in driver.execute_script("return [...document.links].map(l => l.href)"):
        links.add(link.split("#")[0])


def share_of_line(driver):
    """How much of the graph's picture has the colour of its first series."""
    driver.get(f"{base}/graphs/{graph}?from=now-10m&to=now")
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(
        "return document.images[0].complete && document.images[0].naturalWidth > 0"))
    return driver.execute_script("""
        const image = document.images[0];
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth;
        canvas.height = image.naturalHeight;
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        // The upper two thirds: the plot without the legend.
        const data = context.getImageData(0, 0, canvas.width, canvas.height * 2 / 3).data;
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
          if (Math.abs(r - 0x91) < 40 && Math.abs(g - 0x24) < 60 && b > 0xc0) count += 1;
        }
        return count / (data.length / 4);
    """)


def zoom(driver):
    """Drags over the picture; the address it leads to."""
    figure = driver.find_element("css selector", "figure[data-graph] img")
    before = driver.current_url
    ActionChains(driver).move_to_element(figure).perform()
    WebDriverWait(driver, 20).until(lambda d: d.execute_script(
        "return performance.getEntriesByType('resource').some(e => e.initiatorType === 'fetch')"))
    ActionChains(driver).move_to_element_with_offset(figure, -60, -40).click_and_hold() \
        .move_by_offset(80, 5).release().perform()
    WebDriverWait(driver, 20).until(lambda d: d.current_url != before)
    return driver.current_url


def zoom_after_resize(driver):
    """Drags over the middle half of a picture that became another one under the pointer; how far
    the range it leads to is from that half, as a share of the picture's range."""
    driver.get(f"{base}/graphs/{graph}?from=now-10m&to=now")
    measured = """
        const image = document.querySelector('figure[data-graph] img');
        return image.complete && performance.getEntriesByType('resource').some(
          e => e.initiatorType === 'fetch' && e.name === image.currentSrc && e.responseEnd > 0)"""
    figure = driver.find_element("css selector", "figure[data-graph] img")
    ActionChains(driver).move_to_element(figure).perform()
    WebDriverWait(driver, 20).until(lambda d: d.execute_script(measured))
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": False})
    WebDriverWait(driver, 20).until(lambda d: d.execute_script(
        "const i = document.querySelector('figure[data-graph] img');"
        "return i.currentSrc.includes('width=300') && i.complete"))
    ActionChains(driver).move_to_element_with_offset(figure, 5, 5).perform()
    try:
        WebDriverWait(driver, 5).until(lambda d: d.execute_script(measured))
    except TimeoutException:
        problems.append("a picture that changed under the pointer is not measured again")
    left, right, middle, start, end = driver.execute_async_script("""
        const done = arguments[0];
        const image = document.querySelector('figure[data-graph] img');
        fetch(image.currentSrc).then(answer => {
          const number = name => Number(answer.headers.get(`X-Graph-${name}`));
          const frame = image.getBoundingClientRect();
          const scale = frame.width / (image.naturalWidth * 2);
          const at = share => (number('Left') + share * number('Width')) * scale;
          done([at(0.25), at(0.75), frame.width / 2, number('Start'), number('End')]);
        });""")
    before = driver.current_url
    ActionChains(driver).move_to_element_with_offset(figure, round(left - middle), -20) \
        .click_and_hold().move_by_offset(round(right - left), 3).release().perform()
    WebDriverWait(driver, 20).until(lambda d: d.current_url != before)
    query = urllib.parse.parse_qs(urllib.parse.urlparse(driver.current_url).query)
    seconds = end - start
    return max(
        abs(int(query["from"][0]) - (start + seconds / 4)),
        abs(int(query["to"][0]) - (start + seconds * 3 / 4))) / seconds


line_share, zoomed, zoom_error = 0, "", 1
paths = ["/", "/devices", "/devices/1", "/graphs", f"/graphs/{graph}",
         f"/graphs/{graph}?from=now-1h&to=now"]
for theme in ("light", "dark"):
    for width, height in ((1280, 900), (360, 740)):
        with tempfile.TemporaryDirectory() as profile:
            driver = browser(width, height, theme, profile)
            try:
                for path in paths:
                    look(driver, path, f"{theme} {width} px")
                if theme == "light" and width == 1280:
                    line_share = share_of_line(driver)
                    zoomed = zoom(driver)
                    zoom_error = zoom_after_resize(driver)
            finally:
                driver.quit()

for link in sorted(links):
    if not link.startswith(base):
        problems.append(f"a link leads elsewhere: {link}")
        continue
    try:
        urllib.request.urlopen(link, timeout=30).read()
    except urllib.error.HTTPError as error:
        problems.append(f"{link}: {error.code}")

print(json.dumps({
    "pages": pages, "pictures": pictures, "problems": problems,
    "line_share": line_share, "zoomed_to": urllib.parse.urlparse(zoomed).query,
    "zoom_error": zoom_error,
}))
