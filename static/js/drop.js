// Files dropped or pasted on a [data-drop-for] textarea join the file input that it names.
(() => {
  "use strict";

  function add(input, files) {
    const all = new DataTransfer();
    for (const file of [...input.files, ...files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function size(bytes) {
    const unit = bytes < 1024 * 1024 ? ["kilobyte", 1024] : ["megabyte", 1024 * 1024];
    return new Intl.NumberFormat(document.documentElement.lang, {
      style: "unit", unit: unit[0], maximumFractionDigits: bytes < 1024 * 1024 ? 0 : 1,
    }).format(bytes / unit[1]);
  }

  function list(input) {
    let names = input.parentElement.querySelector(".drop-list");
    if (!names) {
      names = document.createElement("ul");
      names.className = "drop-list";
      names.setAttribute("aria-live", "polite");
      input.after(names);
    }
    names.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} (${size(file.size)})`;
      return line;
    }));
  }

  for (const area of document.querySelectorAll("[data-drop-for]")) {
    const input = document.getElementById(area.dataset.dropFor);
    if (!input) continue;
    input.addEventListener("change", () => list(input));
    area.addEventListener("dragover", (event) => {
      event.preventDefault();
      area.classList.add("dropping");
    });
    area.addEventListener("dragleave", () => area.classList.remove("dropping"));
    area.addEventListener("drop", (event) => {
      area.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      add(input, event.dataTransfer.files);
    });
    area.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      add(input, event.clipboardData.files);
    });
  }
})();
