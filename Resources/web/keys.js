// Keyboard shortcuts, the dialog that lists them, and the switch that turns them off
// (WCAG 2.2, 2.1.4).

const dialog = document.getElementById("shortcuts-dialog");
const { base } = document.documentElement.dataset;
const lists = { o: "", d: "devices", g: "graphs", t: "trees", e: "events" };
const pauseMilliseconds = 1500;
let begunAt = 0;

function areOn() {
  try {
    return localStorage.getItem("shortcuts") !== "off";
  } catch {
    // Storage is blocked: they are on, as for everybody.
    return true;
  }
}

function isWriting(element) {
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

function open() {
  dialog.querySelector("input").checked = areOn();
  dialog.showModal();
}

// The address that the key leads to, if the one before it was a `g`.
function place(key) {
  const isSecond = performance.now() - begunAt < pauseMilliseconds && begunAt > 0;
  begunAt = 0;
  if (isSecond && key in lists) return base + lists[key];
  if (key === "g") begunAt = performance.now();
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isWriting(event.target) || dialog.open || !areOn()) return;
  const search = document.querySelector("[data-search]");
  const path = place(event.key);
  if (path) {
    location.assign(path);
  } else if (event.key === "/" && search) {
    search.focus();
    search.select();
  } else if (event.key === "?") {
    open();
  } else {
    return;
  }
  event.preventDefault();
});

dialog.querySelector("input").addEventListener("change", (event) => {
  try {
    localStorage.setItem("shortcuts", event.target.checked ? "on" : "off");
  } catch {
    // Storage is blocked: there is nothing to remember it in.
  }
});

for (const button of document.querySelectorAll("[data-shortcuts]")) {
  button.hidden = false;
  button.addEventListener("click", open);
}
