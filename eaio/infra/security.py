"""Security primitives: passwords, tokens, keys."""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX = "eaio_"  # noqa: S105 - a prefix that makes leaked tokens findable, not a secret

_hasher = PasswordHasher()
"""argon2id with the library's defaults (RFC 9106, low-memory profile)."""


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt. Takes tens of milliseconds on purpose: run it off the event loop."""
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    """Whether the password fits the stored hash; a broken hash never fits."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token(prefix: str = "") -> str:
    """An unguessable token of 256 bits, safe in a URL."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token: a fast hash suffices, for its 256 bits cannot be searched."""
    return sha256(token.encode()).digest()


def derive_key(secret: str, purpose: str) -> str:
    """A key for one purpose from the installation's secret, so that no two purposes share one."""
    return hmac.new(secret.encode(), purpose.encode(), sha256).hexdigest()


def installation_secret(home: Path, configured: str | None) -> str:
    """The configured secret, or one made at first start and kept in ``home/secret`` for its owner alone."""
    if configured:
        return configured
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()
