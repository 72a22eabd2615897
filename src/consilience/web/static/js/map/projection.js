// Projection: the sphere on a flat map (Web Mercator), both axes in degrees of longitude.

const DEGREES = 180 / Math.PI;
const KM_PER_DEGREE = 111.2;
const LEGEND = 44; // pixels at the foot of the map

/** The map's y of a latitude; north is up. */
export function mercatorY(latitude) {
  return Math.log(Math.tan(Math.PI / 4 + latitude / DEGREES / 2)) * DEGREES;
}

/** The latitude of a map's y. */
export function latitudeOf(y) {
  return (2 * Math.atan(Math.exp(y / DEGREES)) - Math.PI / 2) * DEGREES;
}

/** How many map units one kilometre is long at a latitude: Mercator's map stretches towards the poles. */
export function unitsPerKm(latitude) {
  return 1 / (KM_PER_DEGREE * Math.cos(latitude / DEGREES));
}

/** A camera over the map: which point is in the middle, and how many pixels one unit takes. */
export class Camera {
  constructor() {
    this.x = 0;
    this.y = 0;
    this.scale = 4;
    this.width = 1;
    this.height = 1;
    this.edges = { west: -180, east: 180, south: -150, north: 150 };
  }

  screenX(x) {
    return (x - this.x) * this.scale + this.width / 2;
  }

  screenY(y) {
    return this.height / 2 - (y - this.y) * this.scale;
  }

  /** Whether some of a box of map units is in view. */
  sees({ west, south, east, north }) {
    const acrossX = this.width / 2 / this.scale;
    const acrossY = this.height / 2 / this.scale;
    return west < this.x + acrossX && east > this.x - acrossX && south < this.y + acrossY && north > this.y - acrossY;
  }

  /** Moves the view by pixels. */
  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.hold();
  }

  /** Zooms by a factor about a point on the screen, which stays where it is. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const x = this.x + (px - this.width / 2) / this.scale;
    const y = this.y - (py - this.height / 2) / this.scale;
    this.scale = Math.min(1200, this.scale * factor);
    this.x = x - (px - this.width / 2) / this.scale;
    this.y = y + (py - this.height / 2) / this.scale;
    this.hold();
  }

  /** Shows a box of degrees as large as it fits above the legend. */
  fit([west, south, east, north]) {
    const bottom = mercatorY(south);
    const top = mercatorY(north);
    this.scale = Math.min(this.width / (east - west), (this.height - LEGEND) / (top - bottom));
    this.x = (west + east) / 2;
    this.y = (bottom + top) / 2 - LEGEND / 2 / this.scale;
    this.hold();
  }

  /** Keeps the view within a box of degrees, beyond which there is no land to show. */
  within([west, south, east, north]) {
    this.edges = { west, east, south: mercatorY(south), north: mercatorY(north) };
    this.hold();
  }

  hold() {
    const { west, east, south, north } = this.edges;
    this.scale = Math.max(this.scale, this.width / (east - west), this.height / (north - south));
    const acrossX = this.width / 2 / this.scale;
    const acrossY = this.height / 2 / this.scale;
    this.x = Math.min(east - acrossX, Math.max(west + acrossX, this.x));
    this.y = Math.min(north - acrossY, Math.max(south + acrossY, this.y));
  }
}
