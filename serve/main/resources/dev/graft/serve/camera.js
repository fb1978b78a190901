// The camera: a look at what it sees, and a picture of it as a file.

const place = document.getElementById("camera");
const video = document.getElementById("video");
let stream = null;
let opening = null; // while the browser asks for permission

/** Whether the browser lets this page use a camera: only at this machine or over HTTPS. */
export function hasCamera() {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

export async function open() {
  if (stream || opening) return;
  opening = navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  try {
    stream = await opening;
  } finally {
    opening = null;
  }
  video.srcObject = stream;
  place.hidden = false;
  document.getElementById("shoot").focus();
}

export function close() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.srcObject = null;
  place.hidden = true;
}

/** What the camera sees now. */
export async function shoot() {
  if (!video.videoWidth) await new Promise((done) => video.addEventListener("loadeddata", done, { once: true }));
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  return new File([blob], "photograph.jpg", { type: "image/jpeg" });
}
