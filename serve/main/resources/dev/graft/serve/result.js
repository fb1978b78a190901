// What the server says of one picture: the picture, its classes as bars, and where the network looked.

import { overlay, predict, Problem } from "./api.js";
import { explained, percent } from "./words.js";

let count = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class Result {
  /** @param model what the server says of itself */
  constructor(file, model) {
    this.file = file;
    this.model = model;
    this.overlays = model.overlays;
    this.urls = [];
    this.answer = null; // label, probability and error, once they are there
    this.place = element("article", "card result");
    const title = element("h2", "name", file.name || "Pasted picture");
    title.id = `result-${++count}`;
    this.place.setAttribute("aria-labelledby", title.id);
    this.pictures = element("div", "pictures");
    this.words = element("div", "words");
    this.place.append(title, this.pictures, this.words);
    this.pictures.append(this.figure(file, "Your picture", `The picture ${title.textContent}`));
  }

  figure(blob, caption, alternative) {
    const figure = element("figure");
    const image = element("img");
    image.alt = alternative;
    image.addEventListener("error", () => image.replaceWith(element("p", "small none", "The browser cannot show it")));
    const url = URL.createObjectURL(blob);
    this.urls.push(url);
    image.src = url;
    figure.append(image, element("figcaption", "small", caption));
    return figure;
  }

  /** Asks the server; the result is a sentence for the status line. */
  async fill() {
    this.place.setAttribute("aria-busy", "true");
    try {
      const row = await predict(this.file);
      this.show(row);
      this.answer = [row.labels ? row.labels.join("|") : row.label, row.probability, ""];
      return `${this.file.name || "The picture"}: ${row.label}, ${percent(row.probability)}`;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) throw problem;
      this.fail(problem);
      return "";
    } finally {
      this.place.removeAttribute("aria-busy");
    }
  }

  fail(problem) {
    const text = element("p", "problem");
    text.setAttribute("role", "alert");
    const { naturalWidth = 0, naturalHeight = 0 } = this.pictures.querySelector("img") ?? {};
    const [message, remedy] = explained(problem, this.file, this.model.limits, naturalWidth * naturalHeight);
    this.answer = ["", "", message];
    text.append(element("strong", "", `${message}.`), remedy ? ` What to do: ${remedy}.` : "");
    this.words.replaceChildren(text);
  }

  show(row) {
    const unknown = !row.labels && !this.model.classes.includes(row.label);
    const labels = row.labels ?? (unknown ? [] : [row.label]);
    const verdict = element("p", "verdict");
    verdict.append(element("strong", "name", unknown ? "Unknown" : labels.length ? labels.join(", ") : "no label"));
    if (unknown) verdict.append(" ", element("span", "soft", "no class is probable enough"));
    else if (!row.labels) verdict.append(" ", element("span", "soft", percent(row.probability)));
    const list = element("ul", "classes");
    this.buttons = row.classes.map((entry) => this.bar(list, entry, labels.includes(entry.name)));
    this.words.replaceChildren(verdict, list);
    if (!this.overlays) return;
    this.explain(row.classes[0].name);
  }

  bar(list, entry, chosen) {
    const row = element(this.overlays ? "button" : "div", chosen ? "bar chosen" : "bar");
    const fill = element("span", "fill");
    fill.style.setProperty("--share", entry.probability);
    row.append(fill, element("span", "name", entry.name), element("span", "share", percent(entry.probability)));
    const item = element("li");
    item.append(row);
    list.append(item);
    if (!this.overlays) return row;
    row.type = "button";
    row.dataset.name = entry.name;
    row.addEventListener("click", () => this.explain(entry.name));
    return row;
  }

  /** Shows where the network looked for a class. */
  async explain(name) {
    this.buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.name === name)));
    this.wanted = name;
    const before = this.heat;
    before?.setAttribute("aria-busy", "true");
    let heat;
    let ratio = 0;
    try {
      const png = await overlay(this.file, name);
      ratio = await this.ratio();
      heat = this.figure(png, `Where the network looked for ${name}${this.part(ratio)}`, `The picture as the network sees it, with the places that speak for ${name} in warm colours`);
    } catch (problem) {
      heat = element("p", "problem small", `No heat map: ${problem.message}`);
      heat.setAttribute("role", "alert");
    }
    if (this.wanted !== name) return; // another class was chosen meanwhile
    heat.classList.add("heat");
    if (ratio) heat.querySelector("img")?.style.setProperty("--ratio", ratio);
    heat.classList.toggle("stretched", Boolean(ratio));
    if (before) before.replaceWith(heat);
    else this.pictures.append(heat);
    this.heat = heat;
  }

  /** Width by height of the picture as the network stretches it; 0 where it cuts a part out, or the browser cannot tell. */
  async ratio() {
    const { resize, orientation } = this.model.card.preprocessing;
    if (resize.kind !== "stretch") return 0;
    try {
      const imageOrientation = orientation === "ignore" ? "none" : "from-image"; // as the model turns it
      const bitmap = await createImageBitmap(this.file, { imageOrientation });
      const ratio = bitmap.width / bitmap.height;
      bitmap.close();
      return ratio;
    } catch {
      return 0;
    }
  }

  /** What the caption says of an overlay that has another shape than the picture. */
  part(ratio) {
    const { resize } = this.model.card.preprocessing;
    if (ratio) return "";
    if (resize.kind === "stretch") return ", squeezed into the shape that it sees";
    const share = Math.round((100 * resize.crop) / resize.short_side);
    return `. It sees a square in the middle of the picture only, ${share}% of the shorter side`;
  }

  remove() {
    this.place.remove();
    this.urls.forEach((url) => URL.revokeObjectURL(url));
  }
}
