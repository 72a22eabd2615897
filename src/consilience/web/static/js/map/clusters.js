// Clusters: items that would cover each other become one symbol with a count.

const CELL = 46; // pixels; a symbol and its badge fit in
const NEAR = 36; // pixels within which two symbols would cover each other
const MEMBERS = 100; // items of a cluster that are listed
const MANY = 600; // clusters that are not compared one by one: the screen is full of them

/** Items as flat arrays, so that tens of thousands can be gone through in each frame. */
export class ItemStore {
  /** @param {import("./map-view.js").Item[]} items */
  constructor(items, rankOf, project) {
    this.items = items;
    this.size = items.length;
    this.x = new Float64Array(this.size);
    this.y = new Float64Array(this.size);
    this.since = new Int32Array(this.size);
    this.until = new Int32Array(this.size);
    this.rank = new Uint8Array(this.size);
    items.forEach((item, at) => {
      [this.x[at], this.y[at]] = project(item);
      this.since[at] = item.since;
      this.until[at] = item.until;
      this.rank[at] = rankOf(item);
    });
  }
}

/**
 * The clusters that the camera sees on a day. Cells are fixed to the land, so that panning does not shuffle them.
 * A cluster is `{ x, y, count, rank, first, members }`: its middle, its most telling rank, the item that has it.
 */
export function clusters(store, camera, day) {
  const cell = CELL / camera.scale;
  const west = Math.floor((camera.x - camera.width / 2 / camera.scale) / cell) - 1;
  const south = Math.floor((camera.y - camera.height / 2 / camera.scale) / cell) - 1;
  const columns = Math.ceil(camera.width / CELL) + 3;
  const rows = Math.ceil(camera.height / CELL) + 3;
  const found = new Array(columns * rows);
  for (let at = 0; at < store.size; at++) {
    if (day < store.since[at] || day >= store.until[at]) continue;
    const column = Math.floor(store.x[at] / cell) - west;
    const row = Math.floor(store.y[at] / cell) - south;
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    add(found, row * columns + column, store, at);
  }
  const made = found.filter(Boolean);
  for (const cluster of made) {
    cluster.x = camera.screenX(cluster.sumX / cluster.count);
    cluster.y = camera.screenY(cluster.sumY / cluster.count);
  }
  const apart = made.length > MANY ? made : merged(made);
  // The most telling are drawn last, on top.
  return apart.sort((one, two) => two.rank - one.rank || one.y - two.y);
}

/** Clusters of neighbouring cells that lie closer than a symbol is wide become one, the larger first. */
function merged(made) {
  const kept = [];
  for (const cluster of made.sort((one, two) => two.count - one.count || one.first - two.first)) {
    const near = kept.find((other) => Math.hypot(other.x - cluster.x, other.y - cluster.y) < NEAR);
    if (near) join(near, cluster);
    else kept.push(cluster);
  }
  return kept;
}

function join(kept, cluster) {
  const count = kept.count + cluster.count;
  kept.x = (kept.x * kept.count + cluster.x * cluster.count) / count;
  kept.y = (kept.y * kept.count + cluster.y * cluster.count) / count;
  kept.count = count;
  kept.members = kept.members.concat(cluster.members).slice(0, MEMBERS);
  if (cluster.rank < kept.rank) {
    kept.rank = cluster.rank;
    kept.first = cluster.first;
  }
}

function add(found, key, store, at) {
  const cluster = found[key];
  if (!cluster) {
    found[key] = { x: 0, y: 0, sumX: store.x[at], sumY: store.y[at], count: 1, rank: store.rank[at], first: at, members: [at] };
    return;
  }
  cluster.count++;
  cluster.sumX += store.x[at];
  cluster.sumY += store.y[at];
  if (cluster.members.length < MEMBERS) cluster.members.push(at);
  if (store.rank[at] < cluster.rank) {
    cluster.rank = store.rank[at];
    cluster.first = at;
  }
}
