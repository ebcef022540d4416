/* The report's page in its frame: as high as it is long, in the colours of the app. */
function fit() {
  const frame = element.querySelector("iframe");
  if (!frame) return;
  frame.onload = () => {
    const inside = frame.contentDocument;
    const grow = () => (frame.style.height = `${inside.documentElement.scrollHeight + 8}px`);
    grow();
    new ResizeObserver(grow).observe(inside.body);
  };
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.body?.children.length) frame.onload();
}
watch("value", fit);
fit();
