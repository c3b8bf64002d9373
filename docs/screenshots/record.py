"""A short film of the patient's tablet beside the nurse's screen: pictures while both are used, then put together.

No program for films is needed: a page of the same browser draws the pictures at their pace and records its own canvas.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

LENGTH_S = 30.0
SHOWN = (640, 446)
"""One screen of the two, in pixels: 1180 by 820, scaled."""

STUDIO = """
async ({frames, length_s, width, height}) => {
  const canvas = document.createElement("canvas");
  canvas.width = width * 2; canvas.height = height;
  const draw = canvas.getContext("2d");
  const pictures = await Promise.all(frames.map(async one => ({
    at: one.at, tablet: await bitmap(one.tablet), chair: await bitmap(one.chair) })));
  async function bitmap(text) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], {type: "image/jpeg"}));
  }
  const recorder = new MediaRecorder(canvas.captureStream(10), {
    mimeType: "video/webm;codecs=vp9", videoBitsPerSecond: 600000 });
  const pieces = [];
  recorder.ondataavailable = event => pieces.push(event.data);
  const done = new Promise(resolve => { recorder.onstop = resolve; });
  recorder.start(1000);
  const began = performance.now();
  await new Promise(resolve => {
    const next = () => {
      const at = (performance.now() - began) / 1000;
      const now = pictures.filter(one => one.at <= at).at(-1) ?? pictures[0];
      draw.drawImage(now.tablet, 0, 0, width, height);
      draw.drawImage(now.chair, width, 0, width, height);
      if (at < length_s) setTimeout(next, 100); else resolve();
    };
    next();
  });
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
"""


def film(browser: Browser, tablet: Page, chair: Page, acts: list[tuple[float, Callable[[], None]]], to: Path) -> int:
    """Film both pages for thirty seconds; acts: what is done, and after how many seconds. Answers the file's bytes."""
    frames: list[dict[str, object]] = []
    waiting = sorted(acts, key=lambda one: one[0])
    began = time.monotonic()
    while (at := time.monotonic() - began) < LENGTH_S:
        while waiting and waiting[0][0] <= at:
            waiting.pop(0)[1]()
        pictures = (
            base64.b64encode(page.screenshot(type="jpeg", quality=82, scale="css")).decode() for page in (tablet, chair)
        )
        frames.append({"at": at, "tablet": next(pictures), "chair": next(pictures)})
    studio = browser.new_page()
    studio.set_content("<title>studio</title>")
    studio.set_default_timeout(180_000)
    width, height = SHOWN
    made = studio.evaluate(STUDIO, {"frames": frames, "length_s": LENGTH_S, "width": width, "height": height})
    studio.close()
    to.write_bytes(base64.b64decode(made))
    return to.stat().st_size
