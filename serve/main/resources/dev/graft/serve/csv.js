// The answers as a table.

function field(value) {
  return `"${String(value).replaceAll('"', '""')}"`;
}

/** Lines as those of graft predict, quoted as RFC 4180 has it: file, label, probability, and why it cannot be read. */
export function csv(rows) {
  const lines = [["file", "label", "probability", "unreadable"], ...rows];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** Hands a text to the browser as a file. */
export function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
