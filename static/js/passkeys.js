// Passkeys: forms marked data-passkey="make" or "ask" are shown where the browser knows passkeys,
// and sent with the credential that it gives. What to ask stands in the page, or behind the form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  function opened(options) {
    const key = options.publicKey;
    const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
    return {
      ...key,
      challenge: bytes(key.challenge),
      ...(key.user && { user: { ...key.user, id: bytes(key.user.id) } }),
      ...(key.excludeCredentials && { excludeCredentials: named(key.excludeCredentials) }),
      ...(key.allowCredentials && { allowCredentials: named(key.allowCredentials) }),
    };
  }

  function written(credential) {
    const parts = [
      "clientDataJSON",
      "attestationObject",
      "authenticatorData",
      "signature",
      "userHandle",
    ];
    const response = {};
    for (const part of parts) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports)
      response.transports = credential.response.getTransports();
    return JSON.stringify({
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  }

  async function asked(form) {
    const id = form.dataset.passkeyOptions;
    if (id) return JSON.parse(document.getElementById(id).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  }

  async function credential(form) {
    const options = await asked(form);
    if (form.dataset.passkey === "ask") {
      return navigator.credentials.get({ publicKey: opened(options.request_options) });
    }
    const publicKey = opened(options.creation_options);
    // What can stand alone will do without a password; other keys are a second factor.
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: "preferred",
      requireResidentKey: false,
      userVerification: "preferred",
    };
    return navigator.credentials.create({ publicKey });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const error = form.querySelector("[data-passkey-error]");
      error.hidden = true;
      try {
        form.elements.credential.value = written(await credential(form));
        form.submit();
      } catch {
        error.hidden = false;
      }
    });
  }
})();
