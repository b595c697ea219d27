"""Signing in: passwords with limits, second factors, passkeys, an identity provider, sessions."""
