// Which fields a report asks, by the rules that came with the form: the same decision as
// support/asking/deciding.py makes, so that the page shows at once what the server will ask. For
// the widget too, which loads it when its dialog is built.
(() => {
  "use strict";

  function holds(rule, kind, priority, decided, given) {
    if (rule.kinds.length && !rule.kinds.includes(kind)) return false;
    if (rule.priorities.length && !rule.priorities.includes(priority)) return false;
    if (rule.other === null) return true;
    const other = decided.get(rule.other);
    if (!other?.shown) return false;
    const answer = given.get(rule.other) ?? other.fill;
    return answer.split("\n").some((value) => rule.values.includes(value));
  }

  function decide(questions, { kind, priority, given }) {
    const decided = new Map();
    for (const { key, kinds, rules } of questions) {
      const found = { shown: false, required: false, fill: "" };
      for (const rule of kinds.includes(kind) ? rules : []) {
        if (!holds(rule, kind, priority, decided, given)) continue;
        if (rule.does === "fill") found.fill ||= rule.fill;
        else {
          found.shown = true;
          found.required ||= rule.does === "require";
        }
      }
      decided.set(key, found);
    }
    return decided;
  }

  // Without an input that is checked a group of boxes is answered with nothing.
  function answer(box) {
    const boxes = [...box.querySelectorAll("input[type=checkbox]")];
    if (boxes.length) return boxes.filter((each) => each.checked).map((each) => each.value);
    return [box.querySelector("input:not([type=hidden]), select, textarea").value];
  }

  function write(box, fill) {
    const chosen = fill.split("\n");
    const boxes = box.querySelectorAll("input[type=checkbox]");
    for (const each of boxes) each.checked = chosen.includes(each.value);
    if (!boxes.length) box.querySelector("input:not([type=hidden]), select, textarea").value = fill;
  }

  function watch(form, place, questions) {
    const boxes = new Map();
    const filled = new Map(); // what stands in a field because a rule put it there
    for (const box of place.querySelectorAll("[data-field]")) {
      boxes.set(Number(box.dataset.field), box);
      // What the server shows has been seen, and what the browser put back was typed: it stands.
      if (box.hidden && !answer(box).join("")) filled.set(Number(box.dataset.field), "");
    }

    function fill(key, box, value) {
      if (!filled.has(key) || answer(box).join("\n") !== filled.get(key)) {
        filled.delete(key); // somebody answered
        return false;
      }
      if (value === filled.get(key)) return false;
      write(box, value);
      filled.set(key, value);
      return true;
    }

    function show() {
      const chosen = new FormData(form); // without what is switched off
      const kind = chosen.get("kind") ?? "";
      const priority = chosen.get("priority") ?? "";
      const given = new Map();
      for (const [key, box] of boxes) given.set(key, answer(box).join("\n"));
      // One that nobody has seen holds what will be filled in, once it is.
      for (const [key, value] of filled)
        if (given.get(key) === value && boxes.get(key).hidden) given.delete(key);
      let again = false;
      for (const [key, { shown, required, fill: value }] of decide(questions, {
        kind,
        priority,
        given,
      })) {
        const box = boxes.get(key);
        if (!box) continue;
        if (shown) again = fill(key, box, value) || again;
        box.hidden = box.disabled = !shown;
        for (const each of box.querySelectorAll("input:not([type=checkbox]), select, textarea"))
          each.required = required && each.type !== "hidden";
      }
      place.hidden = [...boxes.values()].every((box) => box.hidden);
      if (again) show();
    }

    form.addEventListener("change", show);
    form.addEventListener("input", (event) => {
      if (place.contains(event.target)) show();
    });
    show();
  }

  // The fields as the widget gets them: without words of its own, and without HTML.
  function draw(fields) {
    const make = (kind, props = {}, ...children) => {
      const node = Object.assign(document.createElement(kind), props);
      node.append(...children);
      return node;
    };

    function input(field, id) {
      if (field.type === "several") {
        return field.choices.map(([value, words], at) =>
          make(
            "label",
            { className: "choice", htmlFor: `${id}_${at}` },
            make("input", { type: "checkbox", id: `${id}_${at}`, name: id, value }),
            words,
          ),
        );
      }
      const known = { id, name: id };
      if (field.type === "long") return [make("textarea", { ...known, rows: 3 })];
      if (!field.choices.length) {
        const type = { number: "number", date: "date" }[field.type] || "text";
        return [make("input", { ...known, type, ...(type === "number" && { step: "any" }) })];
      }
      const options = field.choices.map(([value, words]) =>
        make("option", { value, textContent: words }),
      );
      return [make("select", known, ...options)];
    }

    const place = make("div", { className: "asked" });
    for (const field of fields) {
      const id = `field_${field.key}`;
      const help = make("span", { className: "help", textContent: field.help });
      const title = field.type === "several" ? "legend" : "label";
      const box = make(
        "fieldset",
        { className: "field", hidden: true, disabled: true },
        make(title, { textContent: field.label, ...(title === "label" && { htmlFor: id }) }),
        ...(field.help ? [help] : []),
        ...input(field, id),
        make("input", { type: "hidden", name: "asked", value: field.key }),
      );
      box.dataset.field = field.key;
      place.append(box);
    }
    return place;
  }

  const LOOKS = `
    .asked { display: grid; gap: 14px; }
    .asked [hidden], .asked[hidden] { display: none; }
    .asked .help { display: block; color: var(--soft); font-size: 13px; }
    .asked input[type=checkbox] { width: auto; }
    .asked select { width: 100%; padding: 9px 10px; border: 1px solid var(--edge); border-radius: 4px;
      background: var(--paper); color: inherit; font: inherit; }`;

  function put(form, before, { asked }) {
    const place = draw(asked.fields);
    before.before(place);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOKS);
    form.getRootNode().adoptedStyleSheets.push(sheet);
    watch(form, place, asked.questions);
  }

  // In the page of somebody else there is nothing of ours but the dialog that waits for this.
  if (document.currentScript.id !== "werkdag") {
    for (const place of document.querySelectorAll("[data-asked]"))
      watch(place.closest("form"), place, JSON.parse(place.dataset.asked));
  }
  document.dispatchEvent(new CustomEvent("werkdag:asked", { detail: { decide, put } }));
})();
