// Gestures: hands on a map. One pointer pans, two pinch, a wheel zooms, keys do all of it.

const STILL = 5; // pixels that a finger may slip and still tap
const STEP = 70; // pixels that an arrow key moves

/**
 * Calls back `{ pan(dx, dy), zoom(factor, x, y), tap(x, y), hover(x, y), leave(), key(name) }`.
 * `key` may return true to say that it took a key: Enter, PageUp, PageDown, Home.
 */
export function listen(canvas, on) {
  const pointers = new Map();
  let slipped = 0;

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    on.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    slipped = 0;
    canvas.setPointerCapture(event.pointerId);
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      on.hover(event.offsetX, event.offsetY);
      return;
    }
    const dx = event.clientX - before.clientX;
    const dy = event.clientY - before.clientY;
    slipped += Math.abs(dx) + Math.abs(dy);
    if (pointers.size === 2) pinch(canvas, pointers, event, on);
    if (slipped > STILL) on.pan(dx / pointers.size, dy / pointers.size);
    pointers.set(event.pointerId, event);
  });

  canvas.addEventListener("pointerup", (event) => {
    const alone = pointers.size === 1;
    pointers.delete(event.pointerId);
    if (alone && slipped <= STILL) on.tap(event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointercancel", (event) => pointers.delete(event.pointerId));
  canvas.addEventListener("pointerleave", () => on.leave());
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (pressed(event.key, on)) event.preventDefault();
  });
}

/** Zooms by how far two fingers have moved apart, about the point between them. */
function pinch(canvas, pointers, moved, on) {
  const [one, two] = [...pointers.values()];
  const other = one.pointerId === moved.pointerId ? two : one;
  const before = pointers.get(moved.pointerId);
  const apart = Math.hypot(before.clientX - other.clientX, before.clientY - other.clientY);
  const now = Math.hypot(moved.clientX - other.clientX, moved.clientY - other.clientY);
  const frame = canvas.getBoundingClientRect();
  const x = (moved.clientX + other.clientX) / 2 - frame.left;
  const y = (moved.clientY + other.clientY) / 2 - frame.top;
  if (apart > 0) on.zoom(now / apart, x, y);
}

function pressed(key, on) {
  const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
  if (moves[key]) {
    on.pan(...moves[key]);
    on.key("moved");
    return true;
  }
  if (key === "+" || key === "=" || key === "-") {
    on.zoom(key === "-" ? 1 / 1.4 : 1.4);
    return true;
  }
  return on.key(key) === true;
}
