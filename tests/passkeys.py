"""A passkey in software, as a telephone or a security key would hold it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tickets.models import User

ORIGIN = "http://testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """One key of one person, kept by the house as if it had been added there."""

    def __init__(self, user: User, *, host: str = "testserver") -> None:
        self.user, self.counter = user, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(user.email.encode()).digest()
        self.rp = sha256(host.encode()).digest()
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        made = AuthenticatorData.create(self.rp, FLAG.UP | FLAG.UV | FLAG.AT, 0, attested)
        client = CollectedClientData.create("webauthn.create", b"0" * 32, ORIGIN)
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        }
        Authenticator.objects.create(
            user=user,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Sleutel", "credential": self._answer(response)},
        )

    def answers(
        self, challenge: str, *, verified: bool = True, origin: str = ORIGIN, counter: int = 0
    ) -> dict[str, Any]:
        """What a browser sends for a challenge."""
        flags = FLAG.UP | FLAG.UV if verified else FLAG.UP
        data = AuthenticatorData.create(self.rp, flags, counter)
        client = CollectedClientData.create("webauthn.get", challenge, origin)
        signed = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signed),
            "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
