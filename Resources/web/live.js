// The live view: reads a stream of Server-Sent Events and draws what came, a chart for each unit.
// It is read with fetch, which tells why there is none and does not begin again by itself.

const root = document.querySelector("[data-live]");
const seriesCount = 8;
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const longestMilliseconds = 900_000;
const shortestMilliseconds = 60_000;

let lines = [];
let charts = new Map();
let readings = [];
let under = null;
let isPaused = false;

const find = (selector) => root.querySelector(selector);

function say(text) {
  find("[data-state]").textContent = text;
}

// 12.3 M, as tables of other pages have numbers.
function text(value) {
  if (value === null || value === undefined) return "–";
  const prefixes = ["", " k", " M", " G", " T"];
  let scaled = Math.abs(value);
  let step = 0;
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  const digits = scaled >= 99.5 || (step === 0 && Number.isInteger(scaled)) ? 0 : scaled >= 9.95 ? 1 : 2;
  return (value < 0 ? "-" : "") + scaled.toFixed(digits) + prefixes[step];
}

function chosen() {
  return [...root.querySelectorAll("input[name=source]:checked")];
}

function cell(row, content, className) {
  const made = document.createElement("td");
  if (className) made.className = className;
  made.append(content);
  row.append(made);
  return made;
}

// A line for each value of each chosen data source, and its row of the table.
function prepare() {
  lines = [];
  readings = [];
  charts = new Map();
  const body = find("tbody");
  body.replaceChildren();
  for (const old of root.querySelectorAll("figure.livechart.extra")) old.remove();
  chosen().forEach((box, series) => {
    box.dataset.values.split(",").forEach((value, place) => {
      const [name, unit, factor] = value.split("|");
      const row = document.createElement("tr");
      const swatch = document.createElement("span");
      swatch.className = `swatch series-${series % seriesCount + 1} dash-${place % dashes.length + 1}`;
      cell(row, swatch);
      cell(row, box.dataset.title);
      cell(row, name);
      const line = {
        source: Number(box.value), place, unit, factor: Number(factor), swatch,
        now: cell(row, "–", "number"), least: cell(row, "–", "number"),
        most: cell(row, "–", "number"), note: document.createElement("small"), range: null,
      };
      cell(row, unit).append(line.note);
      body.append(row);
      lines.push(line);
    });
  });
  const template = find("figure.livechart");
  [...new Set(lines.map((line) => line.unit))].forEach((unit, place) => {
    const figure = place ? template.cloneNode(true) : template;
    if (place) {
      figure.classList.add("extra");
      find("[data-table]").before(figure);
    }
    figure.hidden = false;
    charts.set(unit, figure);
  });
  find("[data-table]").hidden = false;
}

function hear(reading) {
  const values = new Map();
  for (const source of reading.sources) {
    source.values.forEach((value, place) => values.set(`${source.id} ${place}`, value));
  }
  const numbers = lines.map((line) => {
    const value = values.get(`${line.source} ${line.place}`);
    const number = value?.value === null || !value ? null : value.value * line.factor;
    line.now.textContent = text(number);
    line.note.textContent = value?.reason ?? "";
    if (number !== null) {
      const [least, most] = line.range ?? [number, number];
      line.range = [Math.min(least, number), Math.max(most, number)];
      line.least.textContent = text(line.range[0]);
      line.most.textContent = text(line.range[1]);
    }
    return number;
  });
  readings.push({ at: reading.at_milliseconds, numbers });
  readings = readings.filter((one) => one.at > reading.at_milliseconds - longestMilliseconds);
  draw();
}

// The next of 1, 2, 5, 10, 20 … above the largest value.
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => step * power >= value) * power;
}

function draw() {
  for (const [unit, figure] of charts) drawChart(unit, figure);
}

function drawChart(unit, figure) {
  const canvas = figure.querySelector("canvas");
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  // Colours of elements are those of the theme; a canvas does not know the names of the sheet.
  const [frame, caption] = [getComputedStyle(canvas), getComputedStyle(canvas.nextElementSibling)];
  const mine = lines.map((line, place) => ({ line, place })).filter((one) => one.line.unit === unit);
  const all = readings.flatMap((one) => mine.map(({ place }) => one.numbers[place] ?? 0));
  const top = ceiling(Math.max(0, ...all));
  const end = readings.at(-1)?.at ?? 0;
  const span = Math.max(shortestMilliseconds, end - (readings[0]?.at ?? end));
  const [left, bottom, above] = [56, 20, 12];
  const x = (time) => left + (width - left - 4) * (1 - (end - time) / span);
  const y = (value) => above + (height - bottom - above) * (1 - value / top);

  pen.font = "12px \"DejaVu Sans\", system-ui, sans-serif";
  pen.fillStyle = caption.color;
  pen.strokeStyle = frame.borderTopColor;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    pen.beginPath();
    pen.moveTo(left, y(top * part));
    pen.lineTo(width - 4, y(top * part));
    pen.stroke();
    pen.fillText(text(top * part), left - 6, y(top * part));
  }
  pen.textBaseline = "bottom";
  pen.fillText("now", width - 4, height);
  pen.textAlign = "left";
  pen.fillText(`${Math.round(span / 1000)} s ago`, left, height);

  pen.lineWidth = 2;
  pen.lineJoin = "round";
  for (const { line, place } of mine) {
    pen.strokeStyle = getComputedStyle(line.swatch).borderTopColor;
    pen.setLineDash(dashes[line.place % dashes.length]);
    pen.beginPath();
    let isDown = false;
    for (const one of readings) {
      const value = one.numbers[place];
      if (value === null || value === undefined) {
        isDown = false;
      } else if (isDown) {
        pen.lineTo(x(one.at), y(value));
      } else {
        pen.moveTo(x(one.at), y(value));
        isDown = true;
      }
    }
    pen.stroke();
  }
  figure.querySelector("figcaption").textContent = `${unit}, the last ${Math.round(span / 1000)} s`;
}

async function listen(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/event-stream" } });
  if (!answer.ok) {
    // What a proxy in front of the daemon says is no problem document.
    const problem = await answer.json().catch(() => null);
    if (!problem?.detail) throw new Error(`The server answered ${answer.status}.`);
    throw new Error(`${problem.detail}. ${problem.fix ? `What to do: ${problem.fix}.` : ""}`);
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return "The connection has ended.";
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      if (name === "reading") hear(JSON.parse(data));
      if (name === "end") return JSON.parse(data).words;
    }
  }
}

function setButtons() {
  find("[data-start]").disabled = under !== null || isPaused;
  find("[data-stop]").disabled = under === null && !isPaused;
}

async function start() {
  const mine = new AbortController();
  under = mine;
  isPaused = false;
  setButtons();
  const interval = find("select").value;
  const sources = lines.map((line) => line.source);
  say(`Reading every ${interval} s. The first rate takes two readings.`);
  let words;
  try {
    words = await listen(
      `${root.dataset.live}?sources=${[...new Set(sources)].join(",")}&interval=${interval}`,
      mine.signal);
  } catch (error) {
    if (mine.signal.aborted) return;
    words = error instanceof TypeError ? "The daemon does not answer." : error.message;
  }
  if (under !== mine) return;
  under = null;
  setButtons();
  say(words);
}

function stop(words) {
  under?.abort();
  under = null;
  say(words);
  setButtons();
}

function setUp() {
  const most = 8;
  root.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const count = chosen().length;
    if (count < 1 || count > most) {
      say(`Choose 1 to ${most} data sources; ${count} are chosen.`);
      return;
    }
    prepare();
    start();
  });
  find("[data-stop]").addEventListener("click", () => {
    isPaused = false;
    stop("Stopped.");
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && under) {
      isPaused = true;
      stop("Paused while this page is hidden.");
    } else if (!document.hidden && isPaused) {
      start();
    }
  });
  addEventListener("pagehide", () => under?.abort());
  addEventListener("resize", draw);
}

if (root) setUp();
