/* The conversation.  The server sends keyed pieces of HTML; only pieces that changed are replaced,
   so that nothing moves, closes or loses the focus under the reader.
   Events to the server: 'cite' 'ask' 'rerun' 'retry' 'amend' 'undo' 'rate'. */
const list = element.querySelector(".tp-list");
const blank = element.querySelector(".tp-blank");
const said = element.querySelector(".tp-said");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function patch() {
  const value = props.value || { exchanges: [], empty: "", said: "" };
  if (blank.dataset.html !== value.empty) {
    blank.dataset.html = value.empty;
    blank.innerHTML = value.empty;
  }
  const kept = new Set(value.exchanges.map((exchange) => exchange.id));
  for (const article of [...list.children]) {
    if (!kept.has(article.dataset.exchange)) article.remove();
  }
  const before = list.children.length;  // of those that stay
  for (const exchange of value.exchanges) patchExchange(exchange);
  const added = list.children.length - before;
  const last = list.lastElementChild;
  if (added === 1 && !element.closest("#tp-reader")) {
    last.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  } else if (added > 1 || (added === 1 && last.getBoundingClientRect().top > innerHeight / 2)) {
    last.scrollIntoView({ block: "start", behavior: "auto" });
  }
  if (said.textContent !== value.said) said.textContent = value.said;
}

function patchExchange(exchange) {
  let article = [...list.children].find((node) => node.dataset.exchange === exchange.id);
  if (!article) {
    article = document.createElement("article");
    article.className = "tp-exchange";
    article.dataset.exchange = exchange.id;
    list.append(article);
  }
  const kept = new Set(exchange.pieces.map((piece) => piece.k));
  for (const node of [...article.children]) if (!kept.has(node.dataset.piece)) node.remove();
  exchange.pieces.forEach((piece, at) => {
    let node = [...article.children].find((child) => child.dataset.piece === piece.k);
    if (!node) {
      node = document.createElement("div");
      node.dataset.piece = piece.k;
    }
    if (article.children[at] !== node) article.insertBefore(node, article.children[at] || null);
    if (node.tpHtml !== piece.h) replace(node, piece.h);
  });
}

function replace(node, html) {
  const open = node.querySelector("details[open]") !== null;
  const held = node.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  const across = node.querySelector(".tp-code")?.scrollLeft || 0;
  node.tpHtml = html;
  node.innerHTML = html;
  if (open) node.querySelector("details")?.setAttribute("open", "");
  if (across) node.querySelector(".tp-code")?.scrollTo({ left: across });
  if (held) node.querySelector(`[data-act="${held}"]`)?.focus({ preventScroll: true });
}

function source(cell) {
  return cell.querySelector(".tp-source").value;
}

function copy(button, text) {
  const told = () => {
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(told, () => byHand(text, told));
  byHand(text, told);
}

function byHand(text, told) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  if (document.execCommand("copy")) told();
  area.remove();
}

function editor(host, text, label, verb, send) {
  const form = document.createElement("div");
  form.className = "tp-editor";
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-label", label);
  area.spellcheck = false;
  area.rows = Math.min(30, Math.max(2, text.split("\n").length + 1));
  const go = document.createElement("button");
  go.type = "button";
  go.className = "tp-act tp-strong";
  go.textContent = `${verb} (Ctrl+Enter)`;
  const leave = document.createElement("button");
  leave.type = "button";
  leave.className = "tp-act";
  leave.textContent = "Cancel";
  const close = () => {
    form.remove();
    host.classList.remove("tp-editing");
    host.querySelector("button")?.focus({ preventScroll: true });
  };
  go.onclick = () => {
    const value = area.value;
    close();
    send(value);
  };
  leave.onclick = close;
  area.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      go.click();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  };
  const row = document.createElement("div");
  row.className = "tp-acts";
  row.append(go, leave);
  form.append(area, row);
  host.classList.add("tp-editing");
  host.append(form);
  area.focus();
  area.setSelectionRange(0, 0);
  area.scrollTop = 0;
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || !element.contains(button)) return;
  const exchange = button.closest("[data-exchange]")?.dataset.exchange;
  const cell = button.closest(".tp-cell");
  const snippet = cell?.dataset.snippet;
  switch (button.dataset.act) {
    case "cite":
      window.torchproofOpener = button;
      trigger("cite", { exchange, marker: button.dataset.marker });
      break;
    case "ask":
      trigger("ask", { question: button.textContent });
      break;
    case "copy":
      copy(button, source(cell));
      break;
    case "rerun":
      trigger("rerun", { exchange, snippet, code: source(cell) });
      break;
    case "revert":
      trigger("rerun", { exchange, snippet, code: null });
      break;
    case "change":
      if (!cell.classList.contains("tp-editing"))
        editor(cell, source(cell), "Code to run", "Run", (code) =>
          trigger("rerun", { exchange, snippet, code }));
      break;
    case "amend": {
      const host = button.closest(".tp-question");
      if (!host.classList.contains("tp-editing"))
        editor(host, host.querySelector(".tp-asked").dataset.full || host.querySelector(".tp-asked").textContent,
          "Question", "Ask", (question) => trigger("amend", { exchange, question }));
      break;
    }
    case "undo":
      trigger("undo", { exchange });
      break;
    case "remark": {
      const said = button.closest(".tp-remark").querySelector("input").value.trim();
      if (said) trigger("rate", { exchange, rating: "down", remark: said });
      break;
    }
    case "retry":
      trigger("retry", { exchange });
      break;
    case "rate":
      trigger("rate", { exchange, rating: button.dataset.rating });
      break;
  }
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest(".tp-remark")) {
    event.preventDefault();
    event.target.closest(".tp-remark").querySelector("button").click();
  }
});

watch("value", patch);
patch();
