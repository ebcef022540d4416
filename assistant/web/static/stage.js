/* The question of an interview: the clock runs down, a new question takes the focus, the code editor
   has a name, Ctrl+Enter submits. */
const whole = element.closest("#tp-interview") || element;
let began = performance.now();
let key = "";

function tick() {
  const clock = element.querySelector(".tp-clock");
  if (!clock) return;
  const passed = clock.dataset.run === "1" ? (performance.now() - began) / 1000 : 0;
  const left = Math.max(0, Math.round(Number(clock.dataset.left) - passed));
  const text = left > 0
    ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`
    : "The time is up: this is the last question";
  if (clock.textContent !== text) clock.textContent = text;
  clock.classList.toggle("tp-late", left < 60);
}

function shown() {
  began = performance.now();
  tick();
  const stage = element.querySelector(".tp-stage");
  const now = stage?.dataset.key || "";
  if (now && key && now !== key && element.offsetParent) {
    stage.scrollIntoView({ block: "start" });
    stage.querySelector(".tp-kind")?.focus({ preventScroll: true });
  }
  key = now;
}

/* The editor's light colours are too pale to read; those in use are darkened until they are not. */
function legible(editor) {
  if (document.body.classList.contains("dark")) return;
  const light = (channel) => ((channel /= 255) <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  const onWhite = ([r, g, b]) => 1.05 / (0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b) + 0.05);
  for (const span of editor.querySelectorAll(".cm-line, .cm-line span")) {
    let colour = (getComputedStyle(span).color.match(/[\d.]+/g) || []).slice(0, 3).map(Number);
    if (colour.length < 3 || onWhite(colour) >= 4.6) continue;
    while (onWhite(colour) < 4.6) colour = colour.map((channel) => channel * 0.94);
    span.style.color = `rgb(${colour.map(Math.round).join(" ")})`;
  }
}

function named() {
  for (const editor of whole.querySelectorAll(".cm-editor")) legible(editor);
  for (const editor of whole.querySelectorAll(".cm-content:not([aria-label])")) {
    editor.setAttribute("aria-label", "Your code (Tab indents; Esc, then Tab, leaves the editor)");
    editor.setAttribute("aria-multiline", "true");
  }
  for (const scroller of whole.querySelectorAll(".cm-scroller")) scroller.tabIndex = -1;
}

whole.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const submit = whole.querySelector("#tp-submit");
  if (!submit || submit.disabled) return;
  event.preventDefault();
  event.stopPropagation();
  submit.click();
}, true);

new MutationObserver(named).observe(whole, { childList: true, subtree: true });
setInterval(tick, 500);
watch("value", shown);
shown();
named();
