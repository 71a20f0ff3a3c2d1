"""One frozen settings struct, read once from the environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

GIGABYTE = 1024**3
VECTOR_STORES = ("pgvector", "timescale", "milvus")


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that may differ between two installations; ``from_environment`` names the variables."""

    home: Path
    """Where the embedded database, uploads and secrets live."""
    database_url: str | None = None
    """An external Postgres; None starts the embedded one under ``home``."""
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: str | None = None
    """Signs bearer tokens; None keeps a generated one in ``home/secret``, readable by its owner alone."""
    demo: bool = True
    """Offer the synthetic portfolio without sign-in, on loopback only."""
    secure_cookies: bool = False
    """Set behind TLS: cookies then carry Secure."""
    pool_min: int = 2
    pool_max: int = 16
    upload_limit: int = 2 * GIGABYTE
    """Largest accepted upload or import file in bytes, after decompression too."""
    worker: bool = True
    """Run the job worker inside the web process."""
    log_format: str = "auto"
    """``json``, ``console``, or ``auto``: console on a terminal, JSON elsewhere."""
    session_hours: int = 12
    vector_store: str = "pgvector"
    """``pgvector`` in the application's database, ``timescale`` or ``milvus``."""
    timescale_url: str | None = None
    """Server of the timescale store; None is the application's database."""
    milvus_url: str | None = None
    """Server of the Milvus store, or a path ending in ``.db`` for milvus-lite."""
    milvus_token: str | None = None

    @property
    def base_url(self) -> str:
        """Where a person on this machine opens the app."""
        return f"http://{self.host}:{self.port}"


def default_home() -> Path:
    """The user's data directory of the platform."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "eaio"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "eaio"


def _flag(text: str | None, default: bool) -> bool:
    return default if not text else text.strip().lower() in {"1", "true", "yes", "on"}


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``EAIO_*`` once.

    Raises:
        ValueError: a number is not a number, or a choice none of those there are; the message names the variable.
    """
    env = os.environ if environ is None else environ

    def whole(name: str, default: int) -> int:
        try:
            return int(env.get(name) or default)
        except ValueError as error:
            raise ValueError(f"{name}={env[name]!r} is not a whole number") from error

    vector_store = (env.get("EAIO_VECTOR_STORE") or VECTOR_STORES[0]).strip().lower()
    if vector_store not in VECTOR_STORES:
        raise ValueError(f"EAIO_VECTOR_STORE={vector_store!r} is none of {', '.join(VECTOR_STORES)}")
    return Settings(
        home=Path(env.get("EAIO_HOME") or default_home()).expanduser(),
        database_url=env.get("EAIO_DATABASE_URL") or None,
        host=env.get("EAIO_HOST") or "127.0.0.1",
        port=whole("EAIO_PORT", 8000),
        secret_key=env.get("EAIO_SECRET_KEY") or None,
        demo=_flag(env.get("EAIO_DEMO"), True),
        secure_cookies=_flag(env.get("EAIO_SECURE_COOKIES"), False),
        pool_min=whole("EAIO_POOL_MIN", 2),
        pool_max=whole("EAIO_POOL_MAX", 16),
        upload_limit=whole("EAIO_UPLOAD_LIMIT", 2 * GIGABYTE),
        worker=_flag(env.get("EAIO_WORKER"), True),
        log_format=env.get("EAIO_LOG_FORMAT") or "auto",
        session_hours=whole("EAIO_SESSION_HOURS", 12),
        vector_store=vector_store,
        timescale_url=env.get("EAIO_TIMESCALE_URL") or None,
        milvus_url=env.get("EAIO_MILVUS_URL") or None,
        milvus_token=env.get("EAIO_MILVUS_TOKEN") or None,
    )
