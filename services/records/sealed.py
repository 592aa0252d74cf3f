"""Backups for another place: one encrypted file each, which only the holder of a key can open.

`<folder>/<time>.age` is a plain backup (`backup`) as a tar, encrypted for one or more recipients
(age, age-encryption.org/v1). The machine that makes it needs no secret; the key is kept elsewhere.
"""

import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import pyrage
from pyrage.x25519 import Identity, Recipient

from exports.press.files import sync
from services.exits import Exit, Stop
from services.home import Home
from services.records import backup
from services.records.backup import Made

SUFFIX = ".age"


def new_key(file: Path) -> str:
    """Write a new secret key to a file that only its owner reads; returns the recipient to give.

    Raises Stop where the file is there: a key that is overwritten opens nothing any more.
    """
    key = Identity.generate()
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise Stop(f"{file} に鍵を書けません({error.strerror})。別の名前にしてください。") from None
    file.write_text(f"{key}\n", encoding="ascii")
    return str(key.to_public())


def seal(home: Home, folder: Path, at: datetime, recipients: Sequence[str]) -> Made:
    """A backup as one encrypted file. Raises Stop and OSError as `backup`."""
    known = [_recipient(each) for each in recipients]
    backup.refuse_inside(home, folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _unsealed(home) as plain, TemporaryFile(dir=home.dagster) as packed:
        made = backup.copy(home, plain, at)
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.add(plain, arcname="")
        packed.seek(0)
        aside = folder / f".{made.name}{SUFFIX}.new"
        with aside.open("wb") as sealed:
            pyrage.encrypt_io(packed, sealed, known)
        sync(aside)
        aside.replace(folder / f"{made.name}{SUFFIX}")
        sync(folder)
    return made


def unseal(home: Home, folder: Path, key: Path, name: str | None = None) -> Made:
    """Restore the newest sealed backup, or `name`.

    Raises Stop as `restore`, and where the key does not open it.
    """
    found = sorted(folder.glob(f"*{SUFFIX}"))
    chosen = [path for path in found if name in (None, path.stem)]
    if not chosen:
        raise Stop(f"暗号にした控えがありません: {folder}{f' の {name}' if name else ''}")
    with _unsealed(home.create()) as plain, TemporaryFile(dir=home.dagster) as packed:
        try:
            with chosen[-1].open("rb") as sealed:
                pyrage.decrypt_io(sealed, packed, [_identity(key)])
        except (pyrage.DecryptError, OSError) as error:
            raise Stop(
                f"{chosen[-1].name} を開けません({error})。鍵が違うか、ファイルが壊れています。",
                Exit.UNEXPECTED,
            ) from None
        packed.seek(0)
        with tarfile.open(fileobj=packed) as tar:
            tar.extractall(plain, filter="data")
        return backup.restore(home, plain)


@contextmanager
def _unsealed(home: Home) -> Iterator[Path]:
    """A folder on the home's own disk, for its owner alone, and gone afterwards."""
    with TemporaryDirectory(prefix=".unsealed-", dir=home.create().dagster) as folder:
        yield Path(folder)


def _recipient(told: str) -> Recipient:
    try:
        return Recipient.from_str(told)
    except pyrage.RecipientError:
        raise Stop(f"「{told}」は age の宛先(age1…)ではありません。") from None


def _identity(key: Path) -> Identity:
    try:
        lines = key.read_text(encoding="ascii").splitlines()
        return Identity.from_str(next(line for line in lines if not line.startswith("#")))
    except (OSError, ValueError, StopIteration, pyrage.IdentityError):
        raise Stop(f"{key} を age の鍵として読めません。") from None
