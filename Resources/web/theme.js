// Runs before the page is shown, so that a chosen theme never flashes in the other colours.
// "auto" follows the system and leaves the page as it is.
(() => {
  const choices = ["auto", "light", "dark"];
  let theme = "auto";
  try {
    theme = localStorage.getItem("theme") ?? "auto";
  } catch {
    // Storage is blocked: every page follows the system.
  }
  if (choices.includes(theme) && theme !== "auto") {
    document.documentElement.dataset.theme = theme;
  }
})();

// The browser takes no text for a script or for the address of one (require-trusted-types-for);
// markup it takes, because all there is comes from our own server, and no script in it runs.
globalThis.trustedTypes?.createPolicy("default", { createHTML: (markup) => markup });
