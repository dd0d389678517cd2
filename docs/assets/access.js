/* A table that is wider than its box can be moved sideways, also by keyboard, and says so. */
const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const box = target.closest(".table");
    const wide = box.scrollWidth > box.clientWidth + 1;
    box.classList.toggle("wide", wide);
    if (wide) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", `${box.dataset.name}: more columns to the right`);
    } else {
      box.removeAttribute("tabindex");
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  }
});
for (const table of document.querySelectorAll(".table table")) {
  boxes.observe(table);
  boxes.observe(table.closest(".table"));
}

/* The button that copies a block of code is no part of the navigation, though the theme puts it into a nav. */
new MutationObserver(() => {
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) {
    nav.setAttribute("role", "none");
  }
}).observe(document.body, { childList: true, subtree: true });
