"""The way to the server, and its refusals in one line of Japanese.

Neither names the DSN: it may hold a password, and psycopg's own words may quote it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping

from services.exits import Exit, Stop

DEFAULTS: dict[str, Any] = {"connect_timeout": "10", "application_name": "mishukin"}
BAD_DSN = (
    "PostgreSQLの接続先(DSN)の書き方が違います。"
    "例: host=db.example.lg.jp dbname=mishukin user=mishukin"
)
WHY_NOT = {
    Ping.OK: (
        "PostgreSQLのサーバーはありますが、つながせてもらえません。"
        "データベース名・利用者名・パスワードと、サーバーの接続許可を確かめてください。"
    ),
    Ping.REJECT: "PostgreSQLのサーバーは起動中か停止中です。少し待って、もう一度実行してください。",
    Ping.NO_RESPONSE: (
        "PostgreSQLのサーバーが応答しません。"
        "サーバーが動いているか、ホスト名とポート番号が正しいかを確かめてください。"
    ),
    Ping.NO_ATTEMPT: BAD_DSN,
}


@contextmanager
def connect(dsn: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection that is closed at the end. Raises Stop where there is no way in."""
    try:
        told = make_conninfo(**(DEFAULTS | conninfo_to_dict(dsn)))
    except psycopg.ProgrammingError:
        raise Stop(BAD_DSN) from None
    try:
        connection = psycopg.connect(told, autocommit=True, client_encoding="UTF8")
    except psycopg.OperationalError:
        raise Stop(WHY_NOT[Ping(PGconn.ping(told.encode()))], Exit.UNEXPECTED) from None
    with connection:
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise Stop("このデータベースの文字コードはUTF8ではありません。UTF8で作ってください。")
        yield connection


@contextmanager
def refusals() -> Iterator[None]:
    """What PostgreSQL refuses ends the command in one line; the transaction is undone."""
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise Stop(
            "PostgreSQLの利用者の権限が足りません。データベースにスキーマを作れる利用者"
            f"(前に写した利用者)を指定してください({_said(error)})。"
        ) from None
    except errors.DependentObjectsStillExist as error:
        raise Stop(
            "表の形が変わりましたが、ほかで作られたものが前の表を使っているため替えられません: "
            f"{'、'.join((error.diag.message_detail or _said(error)).splitlines())}"
        ) from None
    except errors.LockNotAvailable:
        raise Stop(
            "PostgreSQLの表をほかの作業が押さえているため、写せませんでした。"
            "前の公開用データのままです。時間をおいて、もう一度実行してください。",
            Exit.UNEXPECTED,
        ) from None
    except psycopg.OperationalError as error:
        raise Stop(
            f"PostgreSQLとのやり取りが途切れました。前の公開用データのままです({_said(error)})。",
            Exit.UNEXPECTED,
        ) from None
    except psycopg.Error as error:
        raise Stop(
            f"PostgreSQLが受け付けませんでした。前の公開用データのままです({_said(error)})。",
            Exit.UNEXPECTED,
        ) from None


def _said(error: psycopg.Error) -> str:
    """The server's own words, which never hold the DSN; the client's might."""
    return error.diag.message_primary or error.sqlstate or type(error).__name__
