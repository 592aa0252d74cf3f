// What a page does better with it; each works without.
"use strict";
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("button");
    // After the browser has taken the form: a button that is off sends nothing.
    setTimeout(() => {
      button.disabled = true;
      button.textContent = form.dataset.busy;
      button.setAttribute("role", "status");
    });
  });
}
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
for (const form of document.querySelectorAll("form.drop")) {
  const zone = form.querySelector(".zone"), input = zone.querySelector("input");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") input.files = event.dataTransfer.files;
    });
  }
}
