// Moving entries of a tree by dragging them. The buttons and lists of the page do the same.

const tree = document.querySelector("[data-tree]");
const failure = document.querySelector("[data-drag-failure]");
// In front of all our addresses.
const { base } = document.documentElement.dataset;
let dragged = null;
let marked = null;

// An entry, and whether something dropped here comes before it or into it.
function target(event) {
  const row = event.target.closest("[data-tree] .row");
  const entry = row?.closest("[data-node]");
  if (!entry || !dragged || dragged.contains(entry)) return null;
  const box = row.getBoundingClientRect();
  const isLower = event.clientY > box.top + box.height / 2;
  return { entry, row, isInside: isLower && entry.hasAttribute("data-branch") };
}

function mark(place) {
  marked?.classList.remove("drop-before", "drop-inside");
  marked = place?.row ?? null;
  marked?.classList.add(place.isInside ? "drop-inside" : "drop-before");
}

async function move(node, parent, before) {
  const headers = { "Content-Type": "application/json" };
  const csrf = document.querySelector('meta[name="csrf"]')?.content;
  if (csrf) headers["X-CSRF-Token"] = csrf;
  const order = { parent, before, version: Number(tree.dataset.version) };
  try {
    const response = await fetch(`${base}api/v1/trees/${tree.dataset.tree}/nodes/${node}/move`, {
      method: "POST", headers, body: JSON.stringify(order),
    });
    if (response.ok) return location.reload();
    const problem = await response.json();
    failure.textContent = `${problem.detail}${problem.fix ? `; ${problem.fix}` : ""}.`;
  } catch {
    failure.textContent = "The server did not answer, and nothing was moved.";
  }
  failure.hidden = false;
}

tree.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-node]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.node);
});
tree.addEventListener("dragover", (event) => {
  const place = target(event);
  mark(place);
  if (place) event.preventDefault();
});
tree.addEventListener("dragend", () => { dragged = null; mark(null); });
tree.addEventListener("drop", (event) => {
  const place = target(event);
  if (!place) return;
  event.preventDefault();
  const number = (entry) => (entry ? Number(entry.dataset.node) : null);
  const node = number(dragged);
  if (place.isInside) return move(node, number(place.entry), null);
  const parent = place.entry.parentElement.closest("[data-node]");
  move(node, number(parent), number(place.entry));
});
