// The theme switch, and zooming by dragging over a picture. Every page works without.

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

  const measure = async () => {
    const source = image.currentSrc;
    const found = await plotBox(image);
    if (source === image.currentSrc) box = found;
  };

  image.draggable = false;
  plot.addEventListener("pointerenter", () => { if (!box) measure(); });
  // Another source, of the other theme or width, has its plot in another place.
  image.addEventListener("load", () => {
    box = null;
    from = null;
    band.hidden = true;
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

  plot.addEventListener("pointerdown", (event) => {
    if (!box || event.button !== 0) return;
    from = share(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (from !== null) draw(from, share(event));
  });
  plot.addEventListener("pointercancel", () => { from = null; band.hidden = true; });
  plot.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [start, end] = [from, share(event)].sort((a, b) => a - b);
    from = null;
    band.hidden = true;
    const seconds = box.end - box.start;
    if ((end - start) * box.width < 4) return;
    const first = Math.floor(box.start + start * seconds);
    const last = Math.max(first + 10, Math.ceil(box.start + end * seconds));
    location.assign(`${figure.dataset.graph}?from=${first}&to=${last}${figure.dataset.view}`);
  });
}

// The picture's own width in pixels: naturalWidth is divided by the density of its source.
function imageWidth(image) {
  const density = /scale=2/.test(image.currentSrc) ? 2 : 1;
  return image.naturalWidth * density;
}

setUpThemeSwitch();
showTheme(currentTheme());
for (const figure of document.querySelectorAll("figure[data-graph]")) setUpZoom(figure);
for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
