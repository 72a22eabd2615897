// Live: when the ledger has grown the page is drawn anew, where the person left it; while they are at work in it, it offers to.

const RETRY = 20_000; // milliseconds until a node is asked again that would not tell of events
const PATIENCE = 4_000; // milliseconds without the node before the page says so
const SHOWN = 8_000; // milliseconds that the page says what it has shown

const box = document.getElementById("live");
const newest = { ledger: box.dataset.ledger, exchange: box.dataset.exchange };
let source = null;
let isDrawing = false;
let silence = 0;
let fading = 0;

/** Whether the page carries less than the node has told. */
function isBehind() {
  if (Number(newest.ledger) > Number(box.dataset.ledger)) return true;
  const told = newest.exchange.split(" ");
  return box.dataset.exchange.split(" ").some((word, at) => at < told.length && word !== told[at]);
}

function listen() {
  stop();
  source = new EventSource("/events");
  source.addEventListener("open", () => {
    patient();
    if (box.dataset.says === "silence") say("");
  });
  source.addEventListener("error", lost);
  for (const name of ["ledger", "exchange"]) {
    source.addEventListener(name, (event) => {
      newest[name] = event.data;
      follow();
    });
  }
  source.addEventListener("level", alarm);
}

/** Says at once that the level changed, even to those who are at work in the page. */
async function alarm() {
  const next = await load().catch(() => null);
  if (next) renew("alarm", next);
}

/** Puts what the new page has in a place there, if that is not there already: what is read aloud is read once. */
function renew(id, next) {
  const [old, fresh] = [document.getElementById(id), next.getElementById(id)];
  if (old && fresh && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...document.adoptNode(fresh).childNodes);
}

function patient() {
  clearTimeout(silence);
  silence = 0;
}

function stop() {
  patient();
  source?.close();
  source = null;
}

/** A browser asks again by itself, unless it was refused. */
function lost() {
  if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && listen(), RETRY);
  else silence ||= setTimeout(() => say("silence", "The node does not answer. This page shows what it said last."), PATIENCE);
}

/** Draws the page anew, or offers to. What is told while it is drawn is drawn next. */
async function follow() {
  if (isDrawing || !isBehind()) return;
  if (isAtWork()) return offer();
  isDrawing = true;
  const wanted = `${newest.ledger} ${newest.exchange}`;
  try {
    const count = await arrive();
    const next = await load();
    if (isAtWork()) offer();
    else if (next) swap(next, count);
  } catch {
    offer();
  } finally {
    isDrawing = false;
  }
  if (wanted !== `${newest.ledger} ${newest.exchange}`) follow();
}

/** How many entries there are that the page does not show; 0 when something else has changed. */
function ahead() {
  return Math.max(0, Number(newest.ledger) - Math.max(0, Number(box.dataset.ledger)));
}

function entries(count) {
  return count === 1 ? "1 new entry" : `${count.toLocaleString("en-GB")} new entries`;
}

/** Shows the rows of what has just come, before they are compared; how many entries came. */
async function arrive() {
  const count = ahead();
  if (count && Number(box.dataset.ledger) >= 0) say("news", `${entries(count)}: comparing…`);
  const rows = document.querySelector("main [data-arrivals]");
  if (!rows || !count || Number(box.dataset.ledger) < 0) return count;
  const columns = rows.closest("table").querySelectorAll("thead th").length;
  const query = new URLSearchParams({ since: box.dataset.ledger, as_of: rows.dataset.arrivals, columns });
  const answer = await fetch(`/arrivals?${query}`);
  if (!answer.ok) return count;
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  for (const row of rows.querySelectorAll(".arrival")) row.remove();
  rows.prepend(made.content);
  performance.mark("live:arrived");
  return count;
}

async function load() {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  return next.getElementById("live") && next.getElementById("main") ? next : null;
}

/** Puts the new page in the place of the old one, and the person back where they were. */
function swap(next, count) {
  const main = document.getElementById("main");
  const place = placeOf(main);
  const fresh = document.adoptNode(next.getElementById("main"));
  for (const kept of main.querySelectorAll("[data-keep]")) {
    const twin = fresh.querySelector(`#${CSS.escape(kept.id)}`);
    if (!twin) continue;
    twin.replaceWith(kept);
    kept.dispatchEvent(new CustomEvent("live:keep", { detail: twin }));
  }
  main.replaceChildren(...fresh.childNodes);
  renew("alarm", next);
  for (const id of ["pages", "footer"]) document.getElementById(id).replaceChildren(...document.adoptNode(next.getElementById(id)).childNodes);
  for (const name of ["ledger", "exchange"]) box.dataset[name] = next.getElementById("live").dataset[name];
  window.htmx?.process(main);
  restore(main, place);
  say("news", count ? `${entries(count)}: shown.` : "");
  fading = setTimeout(say, SHOWN);
  document.dispatchEvent(new CustomEvent("live:swapped"));
  performance.mark("live:swapped");
}

function placeOf(main) {
  const active = main.contains(document.activeElement) ? document.activeElement : null;
  return {
    active,
    top: window.scrollY,
    lefts: [...main.querySelectorAll(".scroll")].map((scroll) => scroll.scrollLeft),
    open: [...main.querySelectorAll("details")].map((details) => details.open),
  };
}

function restore(main, { active, top, lefts, open }) {
  main.querySelectorAll("details").forEach((details, at) => (details.open ||= open[at] ?? false));
  main.querySelectorAll(".scroll").forEach((scroll, at) => (scroll.scrollLeft = lefts[at] ?? 0));
  window.scrollTo({ top, behavior: "instant" });
  if (active) (again(main, active) ?? main).focus({ preventScroll: true });
}

/** The element that an element has become: itself, or the one of the same id, fact or address. */
function again(main, element) {
  if (element.isConnected) return element;
  if (element.id) return document.getElementById(element.id);
  if (element.dataset.fact) return main.querySelector(`a[data-fact="${CSS.escape(element.dataset.fact)}"]`);
  const address = element.getAttribute("href");
  return address && main.querySelector(`a[href="${CSS.escape(address)}"]`);
}

/** Whether a person would lose something: an open drawer, what they type or have chosen, a slider that plays, marked text. */
function isAtWork() {
  const main = document.getElementById("main");
  const at = document.activeElement;
  const types = main.contains(at) && at.matches("input:not([type=range], [type=checkbox], [type=radio]), select, textarea");
  const marked = window.getSelection();
  return (
    document.getElementById("drawer").open ||
    types ||
    Boolean(main.querySelector("#play[aria-pressed=true]")) ||
    Boolean(main.querySelector("form[data-filled]")) ||
    [...main.querySelectorAll("form:not([hx-get])")].some(isEdited) ||
    (!marked.isCollapsed && main.contains(marked.anchorNode))
  );
}

function isEdited(form) {
  return [...form.elements].some((field) =>
    field.matches("[type=checkbox], [type=radio]")
      ? field.checked !== field.defaultChecked
      : field.matches("select")
        ? field.selectedIndex > 0 && !field.options[field.selectedIndex].defaultSelected
        : field.matches("input:not([type=hidden]), textarea") && field.value !== field.defaultValue,
  );
}

function offer() {
  const count = ahead();
  say("news", count ? `${entries(count)}: ` : "Something has changed: ");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "show";
  button.addEventListener("click", show);
  box.append(button);
}

/** Draws the page anew because it was asked for. */
async function show() {
  isDrawing = true;
  try {
    const count = ahead();
    const next = await load();
    if (next) swap(next, count);
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  } catch {
    window.location.reload();
  } finally {
    isDrawing = false;
  }
}

function say(what, text = "") {
  clearTimeout(fading);
  box.dataset.says = text ? what : "";
  box.textContent = text;
}

document.addEventListener("live:due", () => (isAtWork() ? offer() : show()));
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", (event) => event.persisted && listen());
if (!document.hidden) listen();
