// The graph editor: the picture follows what is typed, and leaving asks first. The page works
// without: “Preview” loads it again with the picture.

const form = document.querySelector("form[data-editor]");
const image = form.querySelector("[data-trial]");
const state = form.querySelector("[data-trial-state]");
const waitMilliseconds = 300;
let timer = 0;
let pending = null;
let isDirty = form.closest("main").querySelector("[role=alert]") !== null;

function theme() {
  const chosen = document.documentElement.dataset.theme;
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  return chosen ?? (isDark ? "dark" : "light");
}

function showMistakes(mistakes) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const words = mistakes[field.dataset.field] ?? "";
    field.classList.toggle("wrong", words !== "");
    field.querySelector(".mistake").textContent = words;
    const control = field.querySelector("input, select");
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

// As a data address, because the policy of our pages lets pictures come from nowhere else.
function address(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function preview() {
  pending?.abort();
  const mine = new AbortController();
  pending = mine;
  state.textContent = "Drawing …";
  const body = new URLSearchParams(new FormData(form));
  body.set("theme", theme());
  body.set("width", Math.max(300, Math.min(700, Math.round(form.clientWidth) - 120)));
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST", body, headers: { Accept: "image/png" }, signal: mine.signal,
    });
    if (answer.ok) {
      showMistakes({});
      for (const source of image.parentElement.querySelectorAll("source")) source.remove();
      image.removeAttribute("width");
      image.removeAttribute("height");
      image.src = await address(await answer.blob());
      state.textContent = "This is how it would be.";
      return;
    }
    const problem = await answer.json();
    if (problem.mistakes) {
      showMistakes(problem.mistakes);
      state.textContent = problem.mistakes.series ?? problem.mistakes.all ?? "A field is not right.";
    } else {
      state.textContent = problem.detail ?? "There is no picture.";
    }
  } catch (error) {
    if (error.name !== "AbortError") state.textContent = "The daemon does not answer.";
  }
}

form.addEventListener("input", (event) => {
  // A colour of its own is meant as soon as one is picked.
  if (event.target.type === "color") {
    const choice = form.elements[event.target.name.replace(/own$/, "color")];
    if (choice) choice.value = "own";
  }
  if (event.target.name !== "range") isDirty = true;
  clearTimeout(timer);
  timer = setTimeout(preview, waitMilliseconds);
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("formaction")) {
    event.preventDefault();
    preview();
    return;
  }
  isDirty = false;
});
addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});
