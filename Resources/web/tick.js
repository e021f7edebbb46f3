// One box above a list that ticks all boxes of the page. Each can be ticked without it.

for (const all of document.querySelectorAll("[data-tick-all]")) {
  const boxes = () => all.closest("table").querySelectorAll("tbody input[type=checkbox]");
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
  all.hidden = false;
}
