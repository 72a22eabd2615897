// Countdown: how long is left until a deadline, and a fresh page once it has passed. Without it the page says what was left.

const MINUTE = 60_000;
const MOST = 2 ** 31 - 1; // milliseconds that a timer can wait
let timer = 0;

function words(span) {
  const minutes = Math.floor(span / MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days) return `${days} day${days === 1 ? "" : "s"}${hours ? ` ${hours} h` : ""}`;
  if (hours) return `${hours} h${rest ? ` ${rest} min` : ""}`;
  return minutes ? `${rest} min` : `${Math.max(0, Math.ceil(span / 1000))} s`;
}

function tick() {
  clearTimeout(timer);
  let next = MOST;
  for (const due of document.querySelectorAll("time[data-due]")) {
    const left = new Date(due.dateTime) - Date.now();
    if (left <= 0 && !due.dataset.passed) {
      due.dataset.passed = "1";
      due.textContent = "the deadline has passed";
      setTimeout(() => document.dispatchEvent(new CustomEvent("live:due")), 1000);
    } else if (left > 0) {
      due.textContent = `${words(left)} left`;
      next = Math.min(next, left < MINUTE ? 1000 : (left % MINUTE) + 1, left);
    }
  }
  if (next < MOST) timer = setTimeout(tick, next);
}

/** The sum of what is typed, beside the numbers. */
function sum() {
  const output = document.getElementById("sum");
  if (!output) return;
  const typed = [...document.querySelectorAll("[data-percent]")].map((field) => field.value.trim()).filter(Boolean);
  const total = typed.reduce((found, text) => found + Number(text.replace(/%$/, "")), 0);
  output.textContent = typed.length ? `Now they add up to ${Number.isFinite(total) ? Math.round(total * 100) / 100 : "no number"}.` : "";
}

document.addEventListener("input", (event) => event.target.matches("[data-percent]") && sum());
document.addEventListener("live:swapped", () => (tick(), sum()));
document.getElementById("refusal")?.focus();
tick();
sum();
