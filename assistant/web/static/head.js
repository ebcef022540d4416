/* Wears the theme that was chosen, before the first paint where the page allows it. */
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("torchproof-theme") || "system"; } catch { return "system"; }
  };
  const wear = () => {
    const theme = chosen();
    const on = theme === "dark" || (theme === "system" && dark.matches);
    document.body?.classList.toggle("dark", on);
    document.documentElement.style.colorScheme = on ? "dark" : "light";
  };
  window.torchproofTheme = (theme) => {
    try { localStorage.setItem("torchproof-theme", theme); } catch { /* not kept, still worn */ }
    wear();
  };
  window.torchproofChosenTheme = chosen;
  dark.addEventListener("change", wear);
  if (document.body) wear();
  document.addEventListener("DOMContentLoaded", wear);
  addEventListener("load", () => setTimeout(wear, 0));
})();

/* Says when the server cannot be reached, and when it is there again after a restart. */
(() => {
  const EVERY = 3000;
  let known = null;
  let bar = null;

  function say(text, back) {
    if (!bar) {
      bar = document.createElement("div");
      bar.className = "tp-lost";
      bar.setAttribute("role", "alert");
      document.body.append(bar);
    }
    if (bar.dataset.text === text) return;
    bar.dataset.text = text;
    bar.textContent = text;
    if (!back) return;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "tp-act tp-strong";
    again.textContent = "Reload";
    again.onclick = () => location.reload();
    bar.append(" ", again);
  }

  async function look() {
    if (document.hidden) return;
    let id = null;
    try {
      const reply = await fetch("gradio_api/app_id", { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
      id = reply.ok ? (await reply.json()).app_id : "refused";
    } catch {
      // A server that is merely slow answers the next time.
      if (known !== null && (navigator.onLine === false || bar || missed++)) {
        say("The connection is lost. What you asked is kept; this page waits for the server.", false);
      }
      return;
    }
    missed = 0;
    if (known !== null && id !== known) {
      // Everything shown is kept; only what is being typed would be lost.
      if (!document.querySelector("#tp-box textarea")?.value) location.reload();
      else say("The server was started anew.", true);
    }
    else if (bar) { bar.remove(); bar = null; }
    if (known === null) known = id;
  }

  let missed = 0;
  look();
  setInterval(look, EVERY);
  addEventListener("offline", look);
})();
