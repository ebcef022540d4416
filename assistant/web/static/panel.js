/* The source panel: brings the highlighted passage into view; on small screens it is a sheet over
   the page that Close, Esc or a click beside it puts away.  Event to the server: 'cite'. */
const wide = matchMedia("(min-width: 1180px)");
const side = element.closest("#tp-side") || element;

function shown() {
  const open = element.querySelector(".tp-panel:not(.tp-sources)");
  side.classList.toggle("tp-open", Boolean(open));
  if (!open) return;
  const here = open.querySelector(".tp-here");
  const box = here?.closest(".tp-doc");
  if (box) box.scrollTop = here.offsetTop - box.offsetTop - box.clientHeight / 4;
  if (!wide.matches) open.querySelector("h2").focus({ preventScroll: true });
}

function close() {
  if (!side.classList.contains("tp-open")) return;
  side.classList.remove("tp-open");
  trigger("back", {});
  window.torchproofOpener?.focus({ preventScroll: true });
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button?.dataset.act === "close") close();
  if (button?.dataset.act === "cite") {
    trigger("cite", {
      exchange: button.closest("[data-exchange]")?.dataset.exchange,
      marker: button.dataset.marker,
    });
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
watch("value", shown);
shown();
