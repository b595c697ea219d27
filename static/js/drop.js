// Files dropped or pasted on a [data-drop-for] textarea join the file input that it names. What is
// too large or a program is refused at once; what is kept can be taken out again.
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
      style: "unit",
      unit: unit[0],
      maximumFractionDigits: bytes < 1024 * 1024 ? 0 : 1,
    }).format(bytes / unit[1]);
  }

  function beside(input, name, role) {
    let place = input.parentElement.querySelector(`.${name}`);
    if (!place) {
      place = document.createElement("ul");
      place.className = name;
      place.setAttribute(...role);
      input.after(place);
    }
    return place;
  }

  // The server says no to the same, but only after everything has gone up.
  function check(input) {
    const { maxBytes, maxFiles, refused, saidLarge, saidMany, saidRefused } = input.dataset;
    const kept = new DataTransfer();
    const said = [];
    let total = 0;
    for (const file of input.files) {
      const ending = file.name.split(".").pop().toLowerCase();
      if (refused.split(" ").includes(ending))
        said.push(saidRefused.replace("%(name)s", file.name));
      else if (total + file.size > Number(maxBytes)) {
        said.push(
          saidLarge.replace("%(name)s", file.name).replace("%(limit)s", size(Number(maxBytes))),
        );
      } else if (kept.files.length === Number(maxFiles)) {
        const many = saidMany.replace("%(count)s", maxFiles);
        if (!said.includes(many)) said.push(many);
      } else {
        kept.items.add(file);
        total += file.size;
      }
    }
    if (said.length) input.files = kept.files;
    const place =
      input.closest("[data-draft]")?.querySelector("[data-errors]") ??
      beside(input, "field-errors", ["role", "alert"]);
    place.replaceChildren(
      ...said.map((words) => {
        const line = document.createElement("li");
        line.textContent = words;
        return line;
      }),
    );
  }

  function list(input) {
    const names = beside(input, "drop-list", ["aria-live", "polite"]);
    names.replaceChildren(
      ...[...input.files].map((file, index) => {
        const line = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.dataset.look = "quiet";
        button.textContent = "×";
        button.setAttribute("aria-label", input.dataset.saidRemove.replace("%(name)s", file.name));
        button.addEventListener("click", () => {
          const left = new DataTransfer();
          for (const [place, other] of [...input.files].entries()) {
            if (place !== index) left.items.add(other);
          }
          input.files = left.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
          input.focus();
        });
        line.append(`${file.name} (${size(file.size)})`, button);
        return line;
      }),
    );
  }

  for (const area of document.querySelectorAll("[data-drop-for]")) {
    const input = document.getElementById(area.dataset.dropFor);
    if (!input) continue;
    input.addEventListener("change", () => {
      check(input);
      if (!input.closest("[data-draft]")) list(input); // a draft lists what the server keeps
    });
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
