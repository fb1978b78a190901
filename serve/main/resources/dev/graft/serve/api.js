// What the page asks of the server.

let token = "";

/** An answer that is an error: what was wrong, and what to do. */
export class Problem extends Error {
  constructor(status, error, remedy, code = "") {
    super(error);
    this.code = code;
    this.status = status;
    this.remedy = remedy;
  }
}

export function useToken(text) {
  token = text;
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers, credentials: "omit" });
  } catch {
    throw new Problem(0, "The server does not answer", "try again in a moment");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Problem(response.status, body.error ?? `The server answered with status ${response.status}`, body.what_to_do ?? "", body.code);
}

function picture(file) {
  return { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } };
}

/** What the server says of itself. */
export async function model() {
  return (await ask("v1/model")).json();
}

/** The most probable classes of a picture. */
export async function predict(file) {
  return (await (await ask("v1/predict?top=5", picture(file))).json()).predictions[0];
}

/** Where the network looked for a class, as a picture. */
export async function overlay(file, className) {
  return (await ask(`v1/explain?class=${encodeURIComponent(className)}`, picture(file))).blob();
}
