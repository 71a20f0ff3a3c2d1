"""What can go wrong, as types: every error knows its HTTP status and a stable code."""

from typing import ClassVar


class EaioError(Exception):
    """Something the caller can understand and act on; the message says what happened and what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str, **fields: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields
        """Field name to what is wrong with it, for forms and API clients."""


class NotFound(EaioError):
    """The thing does not exist, or not for this organisation."""

    status = 404
    code = "not-found"


class Invalid(EaioError):
    """The input is understood but wrong; ``fields`` name what and why."""

    status = 422
    code = "invalid"


class InsufficientData(EaioError):
    """There are too few readings to answer; the message says how many are needed."""

    status = 422
    code = "insufficient-data"


class NotSignedIn(EaioError):
    """Nobody is signed in, or the credentials are wrong or expired."""

    status = 401
    code = "not-signed-in"


class Forbidden(EaioError):
    """Signed in, but this role may not do this."""

    status = 403
    code = "forbidden"


class Conflict(EaioError):
    """It clashes with what is already there."""

    status = 409
    code = "conflict"


class TooLarge(EaioError):
    """More than the documented bound."""

    status = 413
    code = "too-large"


class Unavailable(EaioError):
    """A component that this needs is missing or down; the message names it and the remedy."""

    status = 503
    code = "unavailable"
