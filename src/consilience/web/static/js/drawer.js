// Drawer: details beside the page, which keeps its place. Esc closes it and focus goes back to where it came from.

const drawer = document.getElementById("drawer");
const content = document.getElementById("drawer-content");
let opener = null;

/** Opens an address in the drawer; `from` gets the focus back. */
export function openInDrawer(address, from) {
  opener = from;
  window.htmx.ajax("GET", address, { target: "#drawer-content", swap: "innerHTML", source: content }).catch(() => {
    window.location.assign(address);
  });
}

function show() {
  if (!drawer.open) drawer.show();
  drawer.scrollTop = 0;
  mark("true");
  content.querySelector("#drawer-title")?.focus({ preventScroll: true });
}

function close() {
  if (!drawer.open) return;
  mark(null);
  drawer.close();
  content.replaceChildren();
  returnTo()?.focus({ preventScroll: true });
  opener = null;
}

/** Where the focus came from; a table that was drawn anew has the same fact's link again. */
function returnTo() {
  if (opener?.isConnected) return opener;
  const fact = opener?.dataset?.fact;
  return (fact && document.querySelector(`main a[data-fact="${CSS.escape(fact)}"]`)) || document.getElementById("main");
}

function mark(expanded) {
  if (!(opener instanceof HTMLAnchorElement)) return;
  if (expanded) opener.dataset.open = expanded;
  else delete opener.dataset.open;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.opens");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  mark(null);
  openInDrawer(link.href, drawer.contains(link) ? opener : link);
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target === content) show();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
document.getElementById("drawer-close").addEventListener("click", close);
