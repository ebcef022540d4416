/* The list of entries.  Event to the server: 'pick'. */
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act=read]");
  if (!button) return;
  for (const other of element.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  trigger("pick", { id: button.dataset.id });
});
