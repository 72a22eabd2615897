// MapView: the contract between a page and whatever draws its map.

import { createCanvasMap } from "./canvas-map.js";

/**
 * A fact on the map. `since` and `until` are days since 1970; `km` is its precision, and for an `area` its radius.
 * @typedef {{ id: string, lon: number, lat: number, km: number, area: boolean, since: number, until: number,
 *   verdict: string, title: string, when: string, headline: string, href: string }} Item
 */

/**
 * What a page asks of a map. An engine may be replaced by another that keeps this.
 * @typedef {object} MapView
 * @property {(items: Item[]) => void} setItems  Shows these facts instead of those before.
 * @property {(day: number) => void} setTime  Shows only what had been reported by a day, at once.
 * @property {(box: [number, number, number, number]) => void} fitTo  Shows a box: west, south, east, north.
 */

/**
 * The map for this machine.
 * @param {HTMLElement} host
 * @param {{ outlines: string, onOpen: (items: Item[]) => void }} options
 * @returns {Promise<MapView>}
 */
export function createMapView(host, options) {
  return createCanvasMap(host, options);
}
