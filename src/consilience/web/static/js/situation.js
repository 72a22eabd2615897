// Situation: the slider, the map and the page move together.

import { openInDrawer } from "./drawer.js";
import { createMapView } from "./map/map-view.js";
import { Timeline } from "./timeline.js";

const host = document.getElementById("map");
const form = document.getElementById("time");
const { outlines, items } = host.dataset;
let map = null;

const timeline = new Timeline(form, (day) => map?.setTime(day));

form.addEventListener("htmx:finally:request", async () => {
  if (!timeline.isPlaying) announce(`The page shows ${timeline.words.value}.`);
  markMoment();
  await loadItems();
});

/** What the map shows as of the chosen day; an answer that comes late is for a day that is no longer chosen. */
async function loadItems() {
  const asked = timeline.date.value;
  try {
    const answer = await fetch(`${items}?as_of=${encodeURIComponent(asked)}`);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const told = await answer.json();
    if (asked === timeline.date.value) map.setItems(told.items);
  } catch {
    announce("The node does not answer. The map shows an earlier day.");
  }
}

// The page was drawn anew around the map and the slider, which stayed: see live.js.
form.addEventListener("live:keep", (event) => timeline.renew(event.detail));
document.addEventListener("live:swapped", async () => {
  map?.setTime(timeline.day);
  markMoment();
  await loadItems();
});

function onOpen(chosen) {
  const query = chosen.map((item) => `id=${encodeURIComponent(item.id)}`).join("&");
  const several = `/facts?as_of=${timeline.date.value}&${query}`;
  openInDrawer(chosen.length === 1 ? chosen[0].href : several, host.querySelector("canvas"));
}

function announce(text) {
  document.getElementById("announce").textContent = text;
}

function markMoment() {
  for (const link of document.querySelectorAll(".moments a")) {
    if (link.dataset.day === timeline.date.value) link.setAttribute("aria-current", "date");
    else link.removeAttribute("aria-current");
  }
}

function addLegend() {
  const legend = document.createElement("div");
  legend.className = "map-legend";
  for (const row of document.querySelectorAll("#panel .counts a")) {
    const word = document.createElement("span");
    word.append(row.querySelector("svg").cloneNode(true), row.lastChild.textContent.trim());
    legend.append(word);
  }
  const credit = document.createElement("span");
  credit.className = "map-credit";
  credit.innerHTML = '<a href="/about">Natural Earth, visionscarto</a>';
  host.append(legend, credit);
}

try {
  map = await createMapView(host, { outlines, onOpen });
  map.setTime(timeline.day);
  addLegend();
  await loadItems();
  document.body.dataset.ready = "1";
} catch {
  announce("The map cannot be drawn. The table below holds all that it shows.");
}
