// Canvas map: the MapView for any machine, drawn with Canvas 2D and no GPU.

import { clusters, ItemStore } from "./clusters.js";
import { listen } from "./gestures.js";
import { drawLand, loadLand } from "./land.js";
import { Camera, mercatorY, unitsPerKm } from "./projection.js";
import { drawCluster, makeSymbols, SIZE, VERDICTS } from "./symbols.js";

const REACH = 24; // pixels within which a symbol is meant

/** @implements {import("./map-view.js").MapView} */
export class CanvasMap {
  constructor(host, land, onOpen) {
    this.host = host;
    this.land = land;
    this.onOpen = onOpen;
    this.camera = new Camera();
    this.store = new ItemStore([]);
    this.day = 0;
    this.shown = [];
    this.chosen = null;
    this.frames = 0;
    this.canvas = makeCanvas();
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.tip = makeTip();
    host.replaceChildren(this.canvas, makeZoom(this), this.tip);
    listen(this.canvas, this.#gestures());
    new ResizeObserver(() => this.#resize()).observe(host);
    this.#resize();
    this.camera.within(land.whole);
    this.fitTo(land.home);
    document.fonts.ready.then(() => this.draw());
  }

  setItems(items) {
    this.store = new ItemStore(items, (item) => VERDICTS.indexOf(item.verdict), (item) => [item.lon, mercatorY(item.lat)]);
    this.#choose(null);
    this.draw();
  }

  setTime(day) {
    this.day = day;
    this.draw();
  }

  fitTo(box) {
    this.camera.fit(box);
    this.draw();
  }

  zoom(factor, x, y) {
    this.camera.zoom(factor, x, y);
    this.draw();
  }

  /** Draws in the next frame, once however often it is asked. */
  draw() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.#draw();
    });
  }

  #draw() {
    const { context, camera } = this;
    drawLand(context, camera, this.land, this.ratio);
    this.shown = clusters(this.store, camera, this.day);
    for (const cluster of this.shown) this.#drawReach(cluster);
    for (const cluster of this.shown) drawCluster(context, this.symbols, cluster);
    if (this.chosen) this.#drawChosen();
    this.frames++;
  }

  /** The rings of a cluster's areas: each is meant as widely as that, and nowhere in particular within. */
  #drawReach(cluster) {
    const areas = new Map();
    for (const at of cluster.members) {
      const item = this.store.items[at];
      if (item.area) areas.set(`${item.lon} ${item.lat}`, item);
    }
    for (const item of areas.values()) this.#drawRing(item);
  }

  #drawRing(item) {
    const { context, camera } = this;
    const radius = item.km * unitsPerKm(item.lat) * camera.scale;
    if (radius < SIZE) return;
    context.setLineDash([4, 4]);
    context.strokeStyle = "#55606d";
    context.lineWidth = 1;
    context.beginPath();
    context.arc(camera.screenX(item.lon), camera.screenY(mercatorY(item.lat)), radius, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
  }

  #drawChosen() {
    const { context } = this;
    context.strokeStyle = "#f5a300";
    context.lineWidth = 3;
    context.beginPath();
    context.arc(this.chosen.x, this.chosen.y, SIZE / 2 + 4, 0, 2 * Math.PI);
    context.stroke();
  }

  #resize() {
    this.ratio = window.devicePixelRatio || 1;
    this.camera.width = this.host.clientWidth;
    this.camera.height = this.host.clientHeight;
    this.canvas.width = this.camera.width * this.ratio;
    this.canvas.height = this.camera.height * this.ratio;
    this.canvas.style.width = `${this.camera.width}px`;
    this.canvas.style.height = `${this.camera.height}px`;
    this.camera.hold();
    this.symbols = makeSymbols(this.ratio);
    this.draw();
  }

  #gestures() {
    return {
      pan: (dx, dy) => {
        this.camera.pan(dx, dy);
        this.#choose(null);
        this.draw();
      },
      zoom: (factor, x, y) => {
        this.zoom(factor, x, y);
        this.#choose(null);
      },
      tap: (x, y) => this.#open(this.#nearest(x, y)),
      hover: (x, y) => {
        const cluster = this.#nearest(x, y);
        this.canvas.classList.toggle("over", Boolean(cluster));
        this.#choose(cluster);
      },
      leave: () => this.#choose(null),
      key: (name) => this.#key(name),
    };
  }

  #key(name) {
    if (name === "Enter" || name === " ") return this.#open(this.chosen);
    if (name === "PageDown" || name === "PageUp") return this.#next(name === "PageDown" ? 1 : -1);
    if (name === "Home") {
      this.fitTo(this.land.home);
      return true;
    }
    if (name === "moved") requestAnimationFrame(() => this.#choose(this.#nearest(this.camera.width / 2, this.camera.height / 2, 2 * REACH)));
    return false;
  }

  /** Chooses the next symbol from west to east. */
  #next(step) {
    const order = [...this.shown].sort((one, two) => one.x - two.x || one.y - two.y);
    if (!order.length) return true;
    const at = this.chosen ? order.findIndex((cluster) => cluster.first === this.chosen.first) : step > 0 ? -1 : 0;
    this.#choose(order[(at + step + order.length) % order.length]);
    return true;
  }

  #nearest(x, y, reach = REACH) {
    const near = this.shown
      .map((cluster) => ({ cluster, far: Math.hypot(cluster.x - x, cluster.y - y) }))
      .filter(({ far }) => far <= reach);
    return near.length ? near.reduce((best, one) => (one.far < best.far ? one : best)).cluster : null;
  }

  #choose(cluster) {
    if (this.chosen?.first === cluster?.first) return;
    this.chosen = cluster;
    this.tip.textContent = cluster ? this.#say(cluster) : "";
    this.tip.hidden = !cluster;
    this.draw();
  }

  #say(cluster) {
    const item = this.store.items[cluster.first];
    const said = `${item.title}, ${item.when}: ${item.verdict}, ${item.headline}`;
    return cluster.count > 1 ? `${cluster.count} facts, among them: ${said}` : said;
  }

  /** Opens a fact; a cluster first comes nearer, and where its facts lie together opens them as a list. */
  #open(cluster) {
    if (!cluster) return false;
    const items = cluster.members.map((at) => this.store.items[at]);
    const spread = Math.max(...items.map((item) => Math.hypot(item.lon - items[0].lon, item.lat - items[0].lat)));
    if (items.length > 1 && spread * this.camera.scale > 12 && this.camera.scale < 600) {
      this.#choose(null);
      this.zoom(2.4, cluster.x, cluster.y);
      return true;
    }
    this.onOpen(items);
    return true;
  }
}

/** Makes the map in its host; `onOpen` is called with the items that a person asks for. */
export async function createCanvasMap(host, { outlines, onOpen }) {
  return new CanvasMap(host, await loadLand(outlines), onOpen);
}

function makeCanvas() {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Map of facts. Arrow keys pan, plus and minus zoom, Page Down and Page Up choose a fact, Enter opens it, Home shows all. The table below holds the same facts.",
  );
  return canvas;
}

function makeTip() {
  const tip = document.createElement("p");
  tip.className = "map-tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  return tip;
}

function makeZoom(map) {
  const box = document.createElement("div");
  box.className = "map-zoom";
  for (const [sign, label, act] of [
    ["+", "Zoom in", () => map.zoom(1.5)],
    ["−", "Zoom out", () => map.zoom(1 / 1.5)],
    ["◎", "Show the whole situation", () => map.fitTo(map.land.home)],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    box.append(button);
  }
  return box;
}
