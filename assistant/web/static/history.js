/* The list of kept conversations.  Events to the server: 'pick' 'drop'. */
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  if (button.dataset.act === "open") trigger("pick", { id: button.dataset.id });
  if (button.dataset.act === "remove") trigger("drop", { id: button.dataset.id });
});
