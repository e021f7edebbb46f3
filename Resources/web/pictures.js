// Pictures that changed take the place of the old ones whenever a page is brought up to date
// (refresh.js). The pages work without.

const state = document.querySelector("[data-picture-state]");
const shown = new WeakMap();
let isUnderWay = false;

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
function renewWords(page) {
  const figures = [...page.querySelectorAll("figure.graph")];
  for (const [place, figure] of [...document.querySelectorAll("figure.graph")].entries()) {
    const now = figures[place];
    if (now?.dataset.graph !== figure.dataset.graph) continue;
    figure.querySelector("img").alt = now.querySelector("img").alt;
    const [table, other] = [figure, now].map((one) => one.querySelector(".numbers .scroll"));
    if (table && other) table.replaceChildren(...other.childNodes);
  }
}

// One picture that cannot be had does not keep the others from being renewed.
async function renewAll(page) {
  let [changed, failed] = [0, 0];
  for (const image of document.querySelectorAll("figure.graph img")) {
    try {
      if (await renew(image)) changed += 1;
    } catch {
      failed += 1;
    }
  }
  if (changed > 0) renewWords(page);
  if (failed > 0) state.textContent = `${failed} pictures could not be had, and are as they were.`;
  else if (changed > 0) state.textContent = `Pictures of ${new Date().toLocaleTimeString()}`;
}

document.addEventListener("refreshed", async (event) => {
  if (isUnderWay) return;
  isUnderWay = true;
  try {
    await renewAll(event.detail);
  } finally {
    isUnderWay = false;
  }
});
