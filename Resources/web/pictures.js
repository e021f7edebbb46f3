// Pictures that changed take the place of the old ones, as long as the page is seen and nobody
// paused that; and the boxes of a list can be ticked all at once. The pages work without.

const seconds = 60;
const button = document.querySelector("[data-picture-switch]");
const state = document.querySelector("[data-picture-state]");
const shown = new WeakMap();

function isPaused() {
  try {
    return localStorage.getItem("refresh") === "paused";
  } catch {
    return button?.dataset.paused === "1";
  }
}

function show() {
  button.textContent = isPaused() ? "Refresh" : "Pause";
  button.title = isPaused() ? "The pictures stay as they are" : `Looked at again each ${seconds} s`;
  button.ariaLabel = isPaused()
    ? "Bring the pictures up to date by themselves" : "Stop bringing the pictures up to date";
}

// The tag of a picture says whether it is another one; the one that is shown is in the cache.
async function tag(address, cache) {
  const answer = await fetch(address, { cache });
  return answer.ok ? answer.headers.get("ETag") : null;
}

async function renew(image) {
  const address = image.currentSrc;
  if (!address || !image.complete || !image.naturalWidth) return false;
  const old = shown.get(image) ?? await tag(address, "force-cache");
  const now = await tag(address, "no-cache");
  if (!now) return false;
  shown.set(image, now);
  if (!old || now === old) return false;
  // Another address, because a browser does not load the same twice on one page.
  const version = now.replace(/\W/g, "").slice(0, 12);
  for (const element of [image, ...image.parentElement.querySelectorAll("source")]) {
    element.srcset = element.srcset.replace(
      /(\?[^ ,]*?)(&v=\w+)?(?=[ ,]|$)/g, `$1&v=${version}`);
  }
  return true;
}

// What is written about the pictures comes from the page as it is now.
async function renewWords() {
  const answer = await fetch(location.href, { headers: { Accept: "*/*" }, redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const figures = [...page.querySelectorAll("figure.graph")];
  for (const [place, figure] of [...document.querySelectorAll("figure.graph")].entries()) {
    const now = figures[place];
    if (now?.dataset.graph !== figure.dataset.graph) continue;
    figure.querySelector("img").alt = now.querySelector("img").alt;
    const [table, other] = [figure, now].map((one) => one.querySelector(".numbers .scroll"));
    if (table && other) table.replaceChildren(...other.childNodes);
  }
}

async function refresh() {
  let changed = 0;
  try {
    for (const image of document.querySelectorAll("figure.graph img")) {
      if (await renew(image)) changed += 1;
    }
    if (changed > 0) {
      await renewWords();
      state.textContent = `Pictures of ${new Date().toLocaleTimeString()}`;
    }
  } catch {
    state.textContent = "The daemon does not answer; the pictures are as they were.";
  }
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const paused = !isPaused();
    button.dataset.paused = paused ? "1" : "0";
    try {
      if (paused) localStorage.setItem("refresh", "paused");
      else localStorage.removeItem("refresh");
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
    show();
    if (!paused) refresh();
  });
  show();
  const look = () => { if (!document.hidden && !isPaused()) refresh(); };
  setInterval(look, seconds * 1000);
  document.addEventListener("visibilitychange", look);
}

const ticker = document.querySelector("[data-tick-all]");
if (ticker) {
  ticker.hidden = false;
  ticker.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll("input[name=ids]")];
    const tick = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = tick;
    ticker.textContent = tick ? "Tick none" : "Tick all";
  });
}
