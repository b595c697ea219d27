// The answer was chosen in the letter, by a click that a program may have made: programs that look
// through mail open every link. Whoever moves here is somebody, and it is sent; then they may say
// why, and send that as well.
(() => {
  "use strict";
  const form = document.querySelector("[data-sends-itself]");
  if (!form) return;
  let sent = false;

  async function send() {
    if (sent) return;
    sent = true;
    try {
      const body = new FormData(form);
      const answer = await fetch(window.location.href, { method: "POST", body });
      if (answer.ok) form.querySelector("[data-sent]").hidden = false;
    } catch {
      sent = false; // the button still sends it
    }
  }

  for (const kind of ["pointermove", "touchstart", "keydown"])
    window.addEventListener(kind, (event) => event.isTrusted && send(), { passive: true });
})();
