"""Where the copy goes; light enough for the command line to know before it needs psycopg."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

DSN_VARIABLE = "MISHUKIN_POSTGRES_DSN"
READER_VARIABLE = "MISHUKIN_POSTGRES_READER"
READER = "mishukin_reader"


@dataclass(frozen=True, slots=True)
class Target:
    """A database, and the role that may read. The DSN may hold a password: it is shown nowhere."""

    dsn: str | None = field(default=None, repr=False)
    reader: str = READER

    @classmethod
    def told(cls, environ: Mapping[str, str] = os.environ) -> "Target":
        """What the environment says; no DSN where it says nothing."""
        return cls(environ.get(DSN_VARIABLE) or None, environ.get(READER_VARIABLE) or READER)
