// Pages that show what goes on are brought up to date by themselves: elements with data-refresh
// take the place of those with the same id, from the same page as it is now. Only pages with a
// button that pauses it ([data-refresh-switch]; WCAG 2.2, 2.2.2) are; a hidden page, and one in
// which somebody is busy, waits.

const parts = () => [...document.querySelectorAll("[data-refresh][id]")];
const button = document.querySelector("[data-refresh-switch]");
const seconds = 30;
let isUnderWay = false;

function isPaused() {
  try {
    return localStorage.getItem("refresh") === "paused";
  } catch {
    return button.dataset.paused === "1";
  }
}

function show(words) {
  button.textContent = isPaused() ? "▶ Refresh" : "■ Pause";
  button.title = words ?? (isPaused() ? "This page stays as it is" : `Brought up to date every ${seconds} s`);
  button.ariaLabel = isPaused()
    ? "Bring this page up to date by itself" : "Stop bringing this page up to date by itself";
}

// What somebody has opened, chosen or stands in is not taken away.
function isBusy(element) {
  return element.contains(document.activeElement) && document.activeElement !== document.body
    || element.querySelector("details[open], dialog[open], input:checked") !== null;
}

async function refresh() {
  if (isUnderWay) return;
  isUnderWay = true;
  try {
    // Not as a person asks: notices wait for the person's own next page.
    const answer = await fetch(location.href, { headers: { Accept: "*/*" }, redirect: "error" });
    if (!answer.ok) return show(`The server answered ${answer.status}: load the page again`);
    take(await answer.text());
    show();
  } catch {
    show("The server does not answer");
  } finally {
    isUnderWay = false;
  }
}

function take(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const old of parts()) {
    const now = page.getElementById(old.id);
    if (!now || now.isEqualNode(old) || isBusy(old)) continue;
    old.replaceWith(document.adoptNode(now));
  }
  // Whoever draws more than these parts (pictures.js) takes it from the same page.
  document.dispatchEvent(new CustomEvent("refreshed", { detail: page }));
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
  setInterval(() => { if (!document.hidden && !isPaused()) refresh(); }, seconds * 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isPaused()) refresh();
  });
}
