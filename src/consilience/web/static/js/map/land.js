// Land: countries' outlines as the server cuts them, decoded into paths that are drawn at any scale.

import { mercatorY } from "./projection.js";

const SEA = "#cfdbe5";
const LAND = "#f3f1ec";
const BORDER = "#a39b8b";
const NAME = "#6b6456";

/** Fetches the outlines: `{ home, whole, names, shapes }`. */
export async function loadLand(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`outlines: found status ${answer.status}, expected 200`);
  return decode(await answer.json());
}

/** Decodes countries whose rings are `[x, y, dx, dy, …]` in steps of a degree. */
export function decode({ step, home, whole, countries }) {
  const names = countries
    .filter(({ at }) => at)
    .map(({ name, at }) => ({ text: name.toUpperCase(), x: at[0], y: mercatorY(at[1]) }));
  return { home, whole, names, shapes: countries.map(({ rings }) => shape(rings, step)) };
}

/** One country as a path, with the box that it lies in. */
function shape(rings, step) {
  const made = { path: new Path2D(), west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const ring of rings) {
    let x = 0;
    let y = 0;
    for (let at = 0; at < ring.length; at += 2) {
      x += ring[at];
      y += ring[at + 1];
      const lon = x * step;
      const up = mercatorY(y * step);
      if (at) made.path.lineTo(lon, -up);
      else made.path.moveTo(lon, -up);
      made.west = Math.min(made.west, lon);
      made.east = Math.max(made.east, lon);
      made.south = Math.min(made.south, up);
      made.north = Math.max(made.north, up);
    }
    made.path.closePath();
  }
  return made;
}

/** Draws sea, land, borders and the countries' names. */
export function drawLand(context, camera, land, ratio) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = SEA;
  context.fillRect(0, 0, camera.width, camera.height);
  const scale = camera.scale * ratio;
  context.setTransform(scale, 0, 0, scale, (camera.width / 2) * ratio - camera.x * scale, (camera.height / 2) * ratio + camera.y * scale);
  context.fillStyle = LAND;
  context.strokeStyle = BORDER;
  context.lineWidth = 1 / camera.scale;
  for (const country of land.shapes) {
    if (!camera.sees(country)) continue;
    context.fill(country.path, "evenodd");
    context.stroke(country.path);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = '11px "Noto Sans", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = NAME;
  drawNames(context, camera, land.names);
}

/** Names that do not cover another; the earlier win. */
function drawNames(context, camera, names) {
  const drawn = [];
  for (const name of names) {
    const x = camera.screenX(name.x);
    const y = camera.screenY(name.y);
    name.width ??= context.measureText(name.text).width + 8;
    if (drawn.some((other) => Math.abs(other.x - x) < (other.width + name.width) / 2 && Math.abs(other.y - y) < 14)) continue;
    drawn.push({ x, y, width: name.width });
    context.fillText(name.text, x, y);
  }
}
