// Suggestions below the search box, by keyboard or pointer (ARIA: combobox with a list box).
// Without this, Enter leads to the page of everything that was found.

const box = document.querySelector("[data-search]");
const list = document.getElementById("suggestions");
const said = document.getElementById("suggestions-said");
// In front of all our addresses.
const { base } = document.documentElement.dataset;
const shownOfEach = 5;
const pauseMilliseconds = 120;

let asked = null;
let timer = 0;
let options = [];
let chosen = -1;

function close() {
  asked?.abort();
  asked = null;
  clearTimeout(timer);
  list.hidden = true;
  list.replaceChildren();
  options = [];
  choose(-1);
  box.ariaExpanded = "false";
}

function choose(place) {
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = options[place];
  if (!option) {
    box.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function option(path, name, detail) {
  const made = element("div", "", {
    role: "option", id: `suggestion-${options.length}`, "aria-selected": "false",
  });
  made.append(element("span", name), element("small", detail));
  made.dataset.path = base + path.slice(1);
  options.push(made);
  return made;
}

function show(report, typed) {
  list.replaceChildren();
  options = [];
  choose(-1);
  for (const group of report.groups) {
    const id = `suggestions-${group.kind}`;
    const part = element("div", "", { role: "group", "aria-labelledby": id });
    const count = group.cut ? `more than ${group.count}` : group.count;
    part.append(element("div", `${group.title} (${count})`, { id, class: "title" }));
    for (const item of group.items) part.append(option(item.path, item.name, item.detail));
    list.append(part);
  }
  const all = `/search?q=${encodeURIComponent(typed)}`;
  if (options.length) list.append(option(all, "All that was found", ""));
  else list.append(element("p", "Nothing is called so."));
  said.textContent = options.length ? `${options.length - 1} suggestions` : "Nothing is called so";
  list.hidden = false;
  box.ariaExpanded = "true";
}

async function ask() {
  const typed = box.value.trim();
  if (!typed) return close();
  asked?.abort();
  const mine = new AbortController();
  asked = mine;
  try {
    const address = `${base}api/v1/search?limit=${shownOfEach}&q=${encodeURIComponent(typed)}`;
    const answer = await fetch(address, {
      signal: mine.signal, headers: { Accept: "application/json" },
    });
    // Suggestions that fail are left out: the page that Enter leads to says why.
    if (!answer.ok) return close();
    const report = await answer.json();
    if (asked === mine) show(report, typed);
  } catch {
    // Another question came in between, or the daemon is not there.
  }
}

function setUp() {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pauseMilliseconds);
  });
  box.addEventListener("keydown", (event) => {
    const count = options.length;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if (event.key === "ArrowDown" && !count) {
      ask();
    } else if (event.key === "ArrowDown") {
      choose(chosen + 1 < count ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp" && count) {
      choose(chosen < 0 ? count - 1 : chosen - 1);
    } else if (event.key === "Enter" && options[chosen]) {
      location.assign(options[chosen].dataset.path);
    } else {
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    const path = event.target.closest("[role=option]")?.dataset.path;
    event.preventDefault();
    if (path) location.assign(path);
  });
  box.addEventListener("blur", close);
  for (const [key, value] of [
    ["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) box.setAttribute(key, value);
}

if (box && list) setUp();
