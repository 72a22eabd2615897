// Symbols: each verdict's glyph as a small picture, made once from the page's own sprite.

/** The most telling first; a cluster shows its most telling member. */
export const VERDICTS = ["conflicting", "circular", "corroborated", "sole"];
export const SIZE = 22;

/** Pictures by verdict, sharp at the screen's pixel ratio. */
export function makeSymbols(ratio) {
  const style = getComputedStyle(document.documentElement);
  return VERDICTS.map((verdict) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE * ratio;
    const context = canvas.getContext("2d");
    context.scale((SIZE * ratio) / 22, (SIZE * ratio) / 22);
    context.translate(1, 1);
    const colour = style.getPropertyValue(`--${verdict}`).trim();
    const [shape, sign] = document.querySelectorAll(`#g-${verdict} path`);
    const outline = new Path2D(shape.getAttribute("d"));
    context.lineWidth = 2;
    context.strokeStyle = "#fff";
    context.stroke(outline);
    context.fillStyle = colour;
    context.fill(outline);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = Number(sign.getAttribute("stroke-width"));
    context.stroke(new Path2D(sign.getAttribute("d")));
    return canvas;
  });
}

/** Draws a cluster: its symbol, and how many facts it stands for. */
export function drawCluster(context, symbols, cluster) {
  context.drawImage(symbols[cluster.rank], cluster.x - SIZE / 2, cluster.y - SIZE / 2, SIZE, SIZE);
  if (cluster.count < 2) return;
  const text = `×${cluster.count.toLocaleString("en-GB")}`;
  context.font = '700 11px "Noto Sans", sans-serif';
  const width = context.measureText(text).width + 8;
  const left = cluster.x + SIZE / 2 - 4;
  context.fillStyle = "#14212e";
  context.beginPath();
  context.roundRect(left, cluster.y - 8, width, 16, 3);
  context.fill();
  context.fillStyle = "#fff";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, left + width / 2, cluster.y + 0.5);
}
