// Suggestions in the composer: standard answers behind a button and "/", colleagues behind "@".
(() => {
  "use strict";
  const composer = document.getElementById("composer");
  if (!composer) return;
  const say = composer.dataset;
  const MOST = 8;

  // A listbox that a text field drives: the field keeps the focus, and says which option is on.
  function listbox(list, field, choose) {
    let options = [];
    let on = 0;

    function mark(index) {
      on = options.length ? (index + options.length) % options.length : 0;
      [...list.children].forEach((item, number) => {
        item.setAttribute("aria-selected", String(number === on && options.length > 0));
        if (number === on) item.scrollIntoView({ block: "nearest" });
      });
      if (options.length) field.setAttribute("aria-activedescendant", list.children[on].id);
      else field.removeAttribute("aria-activedescendant");
    }

    list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("[role=option]");
      event.preventDefault();
      if (item) choose(options[[...list.children].indexOf(item)]);
    });

    return {
      fill(given, draw) {
        options = given;
        list.replaceChildren(
          ...given.map((option, index) => {
            const item = document.createElement("li");
            item.id = `${list.id}-${index}`;
            item.setAttribute("role", "option");
            for (const [name, words] of draw(option)) {
              if (!words) continue;
              const part = document.createElement(name);
              part.textContent = words;
              item.append(part, " ");
            }
            return item;
          }),
        );
        mark(0);
      },
      press(event) {
        const steps = { ArrowDown: 1, ArrowUp: -1 };
        if (event.ctrlKey || event.metaKey || !options.length) return false;
        if (event.key in steps) mark(on + steps[event.key]);
        else if (event.key === "Enter" || event.key === "Tab") choose(options[on]);
        else return false;
        event.preventDefault();
        return true;
      },
    };
  }

  function found(count) {
    return count ? say.saidFound.replace("%(count)s", count) : say.saidNone;
  }

  function replace(text, start, end, words) {
    text.focus();
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function fetched(url) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.json();
  }

  function standardAnswers(form) {
    const text = form.elements.text;
    const picker = form.querySelector(".canned-picker");
    const opener = form.querySelector("[data-canned-open]");
    const search = picker.querySelector("[data-canned-search]");
    const status = picker.querySelector("[role=status]");
    const list = listbox(picker.querySelector("[role=listbox]"), search, insert);
    let replies = [];
    let slash = false;

    function draw(reply) {
      const shortcut = reply.shortcut ? `/${reply.shortcut}` : "";
      return [
        ["strong", reply.title],
        ["kbd", shortcut],
        ["small", reply.scope],
        ["span", reply.text],
      ];
    }

    function fill() {
      const words = search.value.toLowerCase().split(/\s+/);
      const fits = replies.filter((reply) => {
        const all = `${reply.title} ${reply.shortcut} ${reply.text}`.toLowerCase();
        return words.every((word) => all.includes(word));
      });
      list.fill(fits, draw);
      status.textContent = found(fits.length);
    }

    async function open() {
      picker.hidden = false;
      search.value = "";
      search.focus();
      replies = (await fetched(say.canned)).replies;
      fill();
    }

    function close() {
      picker.hidden = true;
      text.focus();
    }

    function insert(reply) {
      const start = text.selectionStart - (slash ? 1 : 0);
      picker.hidden = true;
      if (reply.then && form.elements.then) form.elements.then.value = reply.then;
      replace(text, start, text.selectionEnd, reply.text);
    }

    text.addEventListener("input", (event) => {
      if (event.inputType !== "insertText" || event.data !== "/") return;
      const before = text.value.slice(0, text.selectionStart);
      slash = /(^|\n)\/$/.test(before);
      if (slash) open();
    });
    opener.addEventListener("click", () => {
      slash = false;
      if (picker.hidden) open();
      else close();
    });
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      else if (!list.press(event) && event.key === "Enter") event.preventDefault();
    });
    document.addEventListener("mousedown", (event) => {
      if (!picker.contains(event.target) && !opener.contains(event.target)) picker.hidden = true;
    });
    opener.hidden = false;
    form.querySelector(".canned-plain").remove();
  }

  function mentions(form) {
    const text = form.elements.text;
    const place = form.querySelector(".mention-list");
    const status = form.querySelector("[data-mention-said]");
    const list = listbox(place.querySelector("[role=listbox]"), text, insert);
    let people = null;
    let start = 0;

    function close() {
      place.hidden = true;
      text.removeAttribute("aria-activedescendant");
    }

    function insert(person) {
      close();
      replace(text, start, text.selectionStart, `@${person.handle} `);
    }

    async function look() {
      const before = text.value.slice(0, text.selectionStart);
      const typed = /(?:^|[\s(])@([^@\n]{0,40})$/.exec(before);
      if (!typed) {
        close();
        return;
      }
      people ??= (await fetched(say.colleagues)).colleagues;
      const words = typed[1].toLowerCase();
      const fits = people.filter((person) => ` ${person.name.toLowerCase()}`.includes(` ${words}`));
      start = before.length - typed[1].length - 1;
      list.fill(fits.slice(0, MOST), (person) => [
        ["strong", person.name],
        ["small", person.team],
      ]);
      place.hidden = !fits.length;
      status.textContent = found(fits.length);
    }

    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", "mention-list");
    text.addEventListener("input", look);
    text.addEventListener("blur", close);
    text.addEventListener("keydown", (event) => {
      if (place.hidden) return;
      if (event.key === "Escape") {
        event.preventDefault();
        close();
      } else list.press(event);
    });
  }

  standardAnswers(composer.querySelector("[data-for=reply][data-draft]"));
  mentions(composer.querySelector("[data-for=note][data-draft]"));
})();
