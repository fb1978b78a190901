// The page: takes pictures in all the ways there are, and shows the results: the newest first, those chosen together in their order.

import { model, Problem, useToken } from "./api.js";
import * as camera from "./camera.js";
import { csv, download } from "./csv.js";
import { Result } from "./result.js";
import { mebibytes, megapixels } from "./words.js";

const KEPT = 20;
const byId = (id) => document.getElementById(id);
const results = [];
let known = null;
let waiting = []; // for a token
let answers = []; // also of pictures that are not shown any more
let cleared = 0; // how often: what was asked for before is not shown

function say(text) {
  byId("status").textContent = text;
}

function complain(problem) {
  const place = byId("problem");
  place.hidden = !problem;
  place.textContent = problem ? `${problem.message}. ${problem.remedy ? `What to do: ${problem.remedy}.` : ""}` : "";
}

function askForToken() {
  byId("access").hidden = false;
  byId("model").textContent = "";
  byId("token").focus();
}

async function meet() {
  try {
    known = await model();
  } catch (problem) {
    if (problem.status === 401) askForToken();
    else complain(problem);
    return false;
  }
  byId("access").hidden = true;
  complain(null);
  byId("model").textContent = `A ${known.network} that knows ${classes(known.classes)}.`;
  byId("limits").textContent =
    `JPEG, PNG, WebP, GIF, BMP or TIFF, up to ${mebibytes(known.limits.body_bytes)} and ${megapixels(known.limits.pixels)}.`;
  return true;
}

function classes(names) {
  if (names.length > 6) return `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** One after the other, so that a folder of pictures does not fill the server's queue. */
async function take(files) {
  const pictures = [...files];
  if (!pictures.length) return;
  if (!known && !(await meet())) {
    waiting.push(...pictures);
    return;
  }
  complain(null);
  const began = cleared;
  let last = null;
  for (const [i, file] of pictures.entries()) {
    say(pictures.length > 1 ? `Picture ${i + 1} of ${pictures.length} …` : "Looking at the picture …");
    const result = new Result(file, known);
    if (last?.place.isConnected) last.place.after(result.place);
    else byId("results").prepend(result.place);
    last = result;
    results.push(result);
    byId("tools").hidden = false;
    byId("hint").hidden = !known.overlays;
    if (results.length > KEPT) results.shift().remove();
    try {
      const sentence = await result.fill();
      if (cleared !== began) return;
      say(sentence);
      answers.push([file.name || "", ...result.answer]);
    } catch (problem) {
      if (cleared !== began) return;
      result.remove();
      say("");
      if (!(problem instanceof Problem)) throw problem;
      waiting.push(...pictures.slice(i));
      askForToken();
      return;
    }
  }
}

function clear() {
  cleared++;
  results.splice(0).forEach((result) => result.remove());
  answers = [];
  waiting = [];
  complain(null);
  say("The page is empty.");
  byId("tools").hidden = true;
  byId("files").focus();
}

byId("clear").addEventListener("click", clear);
byId("download").addEventListener("click", () => download(csv(answers), "answers.csv"));

function chosen(event) {
  const files = [...event.target.files];
  event.target.value = ""; // the same file may be chosen again
  take(files);
}

byId("files").addEventListener("change", chosen);
byId("phone").addEventListener("change", chosen);

byId("access").addEventListener("submit", async (event) => {
  event.preventDefault();
  useToken(byId("token").value.trim());
  if (await meet()) take(waiting.splice(0));
  else complain({ message: "The token is not the right one", remedy: "ask whoever runs this server" });
});

document.addEventListener("paste", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "password") return;
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length) take(files);
  else complain({ message: "There is no picture to paste", remedy: "copy a picture, not its address" });
});

// The whole page takes a drop: a picture that misses the field would replace the page.
let inside = 0;
document.addEventListener("dragenter", () => {
  inside++;
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", () => {
  inside = Math.max(0, inside - 1);
  if (!inside) document.body.classList.remove("dragging");
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  inside = 0;
  document.body.classList.remove("dragging");
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length) take(files);
  else complain({ message: "That is no file", remedy: "save the picture, and drop the file" });
});

byId("camera-open").hidden = !camera.hasCamera();
byId("camera-open").addEventListener("click", async () => {
  try {
    await camera.open();
    complain(null);
  } catch (refusal) {
    complain({ message: `The camera cannot be used (${refusal.name})`, remedy: "allow it in the browser, or choose a file" });
  }
});
byId("camera-close").addEventListener("click", () => {
  camera.close();
  byId("camera-open").focus();
});
byId("shoot").addEventListener("click", async () => {
  const file = await camera.shoot();
  camera.close();
  byId("camera-open").focus();
  take([file]);
});

meet();
