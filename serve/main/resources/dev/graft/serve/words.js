// Numbers and problems in the words of who uses the page.

/** Bytes as MiB; what is a little more than a limit is not rounded down to it. */
export function mebibytes(bytes) {
  return `${Math.ceil((10 * bytes) / 1048576) / 10} MiB`;
}

export function megapixels(pixels) {
  return `${Math.ceil(pixels / 1e5) / 10} megapixels`;
}

/** 0.934 as 93.4%; what rounds to all or nothing says so. */
export function percent(probability) {
  if (probability > 0 && probability < 0.0005) return "< 0.1%";
  if (probability < 1 && probability >= 0.9995) return "> 99.9%";
  return `${(100 * probability).toFixed(1)}%`;
}

/**
 * What was wrong with a picture, and what to do. What the server says is for programs, unless it is about the picture itself.
 *
 * @param pixels of the picture, 0 where the browser cannot tell
 */
export function explained(problem, file, limits, pixels) {
  const name = file.name || "The picture";
  switch (problem.code) {
    case "empty":
      return [`${name} is empty`, "choose another file, or get it again from where it came"];
    case "too_large":
      return [`${name} has ${mebibytes(file.size)}, and this server takes ${mebibytes(limits.body_bytes)} at most`, "make it smaller"];
    case "too_many_pixels":
      return [`${name} has ${pixels ? megapixels(pixels) : "too many pixels"}, and this server takes ${megapixels(limits.pixels)} at most`, "make it smaller"];
    default:
      return [problem.message.replace(/^picture: /, `${name}: `), problem.remedy];
  }
}
