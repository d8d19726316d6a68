// What scripts add to pages that work without them.
import { createAll, ServiceNavigation, SkipLink } from "./vendor/govuk-frontend.js";

createAll(ServiceNavigation);
createAll(SkipLink);

// A table wider than its frame can be scrolled with the keyboard; one that fits is no stop for the Tab key.
const frames = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
const watch = (root) => root.querySelectorAll(".tp-scroll").forEach((frame) => frames.observe(frame));
watch(document);

// After a filter changed a part of the page, say what is there now.
document.addEventListener("htmx:after:swap", () => {
  watch(document);
  const said = document.querySelector("[data-status]");
  if (said) document.getElementById("status").textContent = said.textContent.trim();
});
