/* The list of entries.  Event to the server: 'pick'. */
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act=read]");
  if (!button) return;
  trigger("pick", { id: button.dataset.id });
  document.querySelector("#tp-reader")?.scrollIntoView({ block: "start", behavior: "auto" });
});
