// A build that runs: what it says, anew every few seconds, until it has ended.
"use strict";
const PAUSE = 3000;
const watched = document.getElementById("build");
async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("build");
    if (!answer.ok || !fresh || !("running" in fresh.dataset)) { location.reload(); return; }
    for (const part of ["build-state", "build-said"]) {
      const here = document.getElementById(part), there = page.getElementById(part);
      if (here && there && here.textContent !== there.textContent) here.replaceChildren(...there.childNodes);
    }
  } catch { /* the window is away for a moment */ }
  setTimeout(look, PAUSE);
}
if (watched && "running" in watched.dataset) setTimeout(look, PAUSE);
