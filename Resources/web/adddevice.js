// The test of a new device, each step as it is done. Without this module the form is sent, and the
// page with all results comes back.

const form = document.querySelector("form[data-device-test]");
const trial = document.querySelector("#trial");
let underWay = null;

// A piece of the page, rendered and escaped by the server's own templates. Whether it was the
// last: all but the last are steps.
function add(html, list) {
  const piece = new DOMParser().parseFromString(html, "text/html").body;
  const isStep = piece.querySelector("li") && !piece.querySelector("section");
  (isStep ? list : trial).append(...piece.childNodes);
  return !isStep;
}

async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
  }
}

async function test(button) {
  underWay?.abort();
  underWay = new AbortController();
  const heading = document.createElement("h2");
  heading.textContent = "The way to the device";
  const list = document.createElement("ol");
  list.className = "steps";
  const wait = document.createElement("p");
  wait.className = "hint";
  wait.textContent = "Asking the device …";
  trial.replaceChildren(heading, list, wait);
  button.disabled = true;
  try {
    const response = await fetch(form.dataset.deviceTest, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: underWay.signal,
    });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    let hasEnded = false;
    for await (const line of lines(response)) {
      // What is wrong with a field is shown at the field, by the page itself.
      if (line.is_mistaken) return form.requestSubmit(hiddenTest());
      hasEnded = add(line.html, list);
    }
    if (!hasEnded) throw new Error("the connection ended before the test did");
  } catch (error) {
    if (error.name === "AbortError") return;
    const words = document.createElement("p");
    words.className = "notice bad";
    words.role = "alert";
    words.textContent = `The test broke off: ${error.message}. Load the page again.`;
    trial.append(words);
  } finally {
    wait.remove();
    button.disabled = false;
  }
}

// A button that is not intercepted.
function hiddenTest() {
  const button = document.createElement("button");
  button.name = "do";
  button.value = "test";
  button.hidden = true;
  button.dataset.plain = "";
  form.append(button);
  return button;
}

form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.value !== "test" || "plain" in button.dataset) return;
  event.preventDefault();
  test(button);
});
