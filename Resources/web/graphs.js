// The theme switch, and zooming by dragging, clicking and keys. Every page works without.

const choices = ["auto", "light", "dark"];

function currentTheme() {
  return document.documentElement.dataset.theme ?? "auto";
}

// Pictures follow the chosen theme: a source for the other one is never taken, one for the
// chosen one always (as far as its width fits).
function showTheme(theme) {
  for (const source of document.querySelectorAll("source[data-theme-of]")) {
    source.dataset.media ??= source.media;
    const width = source.dataset.media.includes("max-width") ? "(max-width: 40rem)" : "all";
    const isChosen = source.dataset.themeOf === theme;
    source.media = theme === "auto" ? source.dataset.media : isChosen ? width : "not all";
  }
}

function setUpThemeSwitch() {
  const button = document.querySelector("[data-theme-switch]");
  const label = () => {
    button.textContent = `◐ ${currentTheme()}`;
    button.ariaLabel = `Theme: ${currentTheme()}. Change it`;
  };
  button.addEventListener("click", () => {
    const next = choices[(choices.indexOf(currentTheme()) + 1) % choices.length];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
    showTheme(next);
    label();
  });
  label();
  button.hidden = false;
}

// Where the plot lies in a picture, in its own pixels: the picture's headers say it.
async function plotBox(image) {
  const response = await fetch(image.currentSrc);
  if (!response.ok) return null;
  const number = (name) => Number(response.headers.get(`X-Graph-${name}`));
  return {
    left: number("Left"), width: number("Width"), top: number("Top"), height: number("Height"),
    start: number("Start"), end: number("End"),
  };
}

function setUpZoom(figure) {
  const image = figure.querySelector("img");
  const plot = figure.querySelector(".plot");
  const band = document.createElement("div");
  band.className = "band";
  band.hidden = true;
  plot.append(band);
  let box = null;
  let from = null;
  // Where a stretch begins that is chosen by two clicks.
  let picked = null;

  const forget = () => {
    picked = null;
    band.hidden = true;
    say("");
  };
  const measure = async () => {
    const source = image.currentSrc;
    const found = await plotBox(image);
    if (source === image.currentSrc) box = found;
  };

  image.draggable = false;
  plot.addEventListener("pointerenter", () => { if (!box) measure(); });
  // Another source, of the other theme or width, has its plot in another place.
  image.addEventListener("load", () => {
    const isBegun = from !== null || picked !== null;
    box = null;
    from = null;
    if (isBegun) forget();
    if (plot.matches(":hover")) measure();
  });

  // A share of the plot's width, 0 to 1, where the pointer is.
  const share = (event) => {
    const frame = image.getBoundingClientRect();
    const pixel = (event.clientX - frame.left) * (imageWidth(image) / frame.width);
    return Math.min(1, Math.max(0, (pixel - box.left) / box.width));
  };
  const draw = (start, end) => {
    const frame = image.getBoundingClientRect();
    const scale = frame.width / imageWidth(image);
    band.style.left = `${(box.left + Math.min(start, end) * box.width) * scale}px`;
    band.style.width = `${Math.abs(end - start) * box.width * scale}px`;
    band.style.top = `${box.top * scale}px`;
    band.style.height = `${box.height * scale}px`;
    band.hidden = false;
  };

  const zoom = (start, end) => {
    const seconds = box.end - box.start;
    const first = Math.floor(box.start + start * seconds);
    const last = Math.max(first + 10, Math.ceil(box.start + end * seconds));
    location.assign(zoomed(figure, first, last));
  };
  const click = (here) => {
    if (figure.classList.contains("thumbnail")) {
      location.assign(figure.dataset.graph);
    } else if (picked === null) {
      picked = here;
      draw(here, here);
      const time = new Date((box.start + here * (box.end - box.start)) * 1000);
      say(`From ${time.toLocaleString()}: click where it ends.`);
    } else {
      const [start, end] = [picked, here].sort((a, b) => a - b);
      forget();
      zoom(start, end);
    }
  };

  plot.addEventListener("pointerdown", (event) => {
    if (!box || event.button !== 0) return;
    from = share(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (from !== null) draw(from, share(event));
    else if (picked !== null) draw(picked, share(event));
  });
  plot.addEventListener("pointercancel", () => { from = null; forget(); });
  plot.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const here = share(event);
    const [start, end] = [from, here].sort((a, b) => a - b);
    from = null;
    if ((end - start) * box.width < 4) return click(here);
    forget();
    zoom(start, end);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picked !== null) forget();
  });
}

// A stretch of one picture, or of all pictures of a page that says so.
function zoomed(figure, first, last) {
  if (!figure.closest("[data-zoom-page]")) {
    return `${figure.dataset.graph}?from=${first}&to=${last}${figure.dataset.view}`;
  }
  const address = new URL(location.href);
  address.searchParams.set("from", first);
  address.searchParams.set("to", last);
  return address;
}

function say(words) {
  const place = document.querySelector("[data-zoom-state]");
  if (place) place.textContent = words;
}

// Links that move the range have keys, unless somebody turned keys off (WCAG 2.2, 2.1.4).
const moves = {
  ArrowLeft: "earlier", ArrowRight: "later", "+": "zoom-in", "=": "zoom-in", "-": "zoom-out",
};

function areKeysOn() {
  try {
    return localStorage.getItem("shortcuts") !== "off";
  } catch {
    return true;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, dialog, .scroll") || !areKeysOn()) return;
  const link = moves[event.key] && document.querySelector(`[data-move="${moves[event.key]}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// The picture's own width in pixels: naturalWidth is divided by the density of its source.
function imageWidth(image) {
  const density = /scale=2/.test(image.currentSrc) ? 2 : 1;
  return image.naturalWidth * density;
}

setUpThemeSwitch();
showTheme(currentTheme());
for (const figure of document.querySelectorAll("figure[data-graph]")) setUpZoom(figure);
for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
