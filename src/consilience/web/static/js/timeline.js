// Timeline: the slider over the days of the record, and the player that moves it from report to report.

const DAY = 86_400_000;
const PAUSE = 700; // milliseconds between two days while playing
const IN_WORDS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export class Timeline {
  /** Calls `onDay(day)` at once when the day changes (days since 1970). */
  constructor(form, onDay) {
    this.form = form;
    this.onDay = onDay;
    this.#read();
    this.slider = form.querySelector("#day");
    this.date = form.querySelector("#as-of");
    this.words = form.querySelector("#day-words");
    this.play = form.querySelector("#play");
    this.slider.hidden = this.play.hidden = false;
    form.querySelector("#show").hidden = true;
    this.slider.addEventListener("input", () => this.#moved());
    this.date.addEventListener("change", () => this.#typed());
    this.play.addEventListener("click", () => (this.isPlaying ? this.stop() : this.start()));
    form.addEventListener("htmx:finally:request", () => this.#answered());
    this.#tell();
  }

  /** The record has grown: takes the days and bars of a form that was drawn anew, and its day, unless one was chosen. */
  renew(form) {
    Object.assign(this.form.dataset, form.dataset);
    this.form.querySelector(".histogram").replaceWith(form.querySelector(".histogram"));
    this.form.querySelector(".later")?.remove();
    this.form.append(...form.querySelectorAll(".later"));
    this.date.min = form.querySelector("#as-of").min;
    if (!new URLSearchParams(window.location.search).has("as_of")) this.date.value = form.querySelector("#as-of").value;
    this.#read();
    this.slider.max = String(this.length);
    this.slider.value = String(this.day - this.first);
    this.#tell();
  }

  #read() {
    this.first = Date.parse(this.form.dataset.first) / DAY;
    this.length = Number(this.form.dataset.length);
    this.reports = new Map(this.form.dataset.reports.split(" ").filter(Boolean).map((pair) => pair.split(":").map(Number)));
    this.bars = [...this.form.querySelectorAll(".histogram rect")];
  }

  get isPlaying() {
    return this.play.getAttribute("aria-pressed") === "true";
  }

  /** The chosen day since 1970; a day typed beyond the record is what it is. */
  get day() {
    return Date.parse(this.date.value) / DAY;
  }

  start() {
    this.#press(true);
    if (Number(this.slider.value) >= this.length) this.#set(0);
    else this.#step();
  }

  stop() {
    this.#press(false);
    clearTimeout(this.timer);
  }

  #press(on) {
    this.play.setAttribute("aria-pressed", String(on));
    this.play.textContent = on ? "Pause" : "Play";
  }

  /** To the next day on which something was reported. */
  #step() {
    const now = Number(this.slider.value);
    const next = [...this.reports.keys()].filter((at) => at > now).reduce((least, at) => Math.min(least, at), this.length);
    if (now >= this.length) this.stop();
    else this.#set(next);
  }

  #answered() {
    if (this.isPlaying) this.timer = setTimeout(() => this.#step(), PAUSE);
  }

  #set(at) {
    this.slider.value = String(at);
    this.#changed();
  }

  #moved() {
    this.stop();
    this.#changed();
  }

  #changed() {
    this.date.value = new Date((this.first + Number(this.slider.value)) * DAY).toISOString().slice(0, 10);
    this.#tell();
    this.#ask();
  }

  #typed() {
    this.stop();
    if (!this.date.validity.valid || !this.date.value) return;
    this.slider.value = String(this.day - this.first);
    this.#tell();
    this.#ask();
  }

  #ask() {
    this.onDay(this.day);
    this.form.dispatchEvent(new CustomEvent("asof"));
  }

  /** The day in words, for eyes and for screen readers, and which bars lie ahead of it. */
  #tell() {
    const words = IN_WORDS.format(this.day * DAY);
    const count = this.reports.get(this.day - this.first) ?? 0;
    this.words.value = words;
    this.slider.setAttribute("aria-valuetext", `${words}, ${count === 1 ? "1 report" : `${count} reports`} that day`);
    for (const bar of this.bars) bar.classList.toggle("ahead", this.first + Number(bar.dataset.x) > this.day);
  }
}
