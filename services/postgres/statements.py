"""What PostgreSQL is told, as statements; every name and text is quoted by psycopg."""

from collections.abc import Iterator, Sequence

from psycopg import sql

from services.postgres.source import Relation

MARK = "未収金ウェアハウス 公開用データ"


def create(relations: Sequence[Relation], suffix: str) -> Iterator[sql.Composed]:
    """The schemas and their empty tables, beside what stands there under the true names."""
    for schema in schemas_of(relations):
        yield sql.SQL("create schema {}").format(sql.Identifier(schema + suffix))
    for relation in relations:
        columns = [
            sql.SQL("{} {}{}").format(
                sql.Identifier(column.name),
                sql.SQL(column.type),  # one of source.TYPES
                sql.SQL(" not null" if column.is_required else ""),
            )
            for column in relation.columns
        ]
        yield sql.SQL("create table {} ({})").format(
            _table(relation, suffix), sql.SQL(", ").join(columns)
        )


def describe(relations: Sequence[Relation], suffix: str) -> Iterator[sql.Composed]:
    """What each table and column is."""
    for relation in relations:
        table = _table(relation, suffix)
        yield sql.SQL("comment on table {} is {}").format(table, relation.comment)
        for column in relation.columns:
            yield sql.SQL("comment on column {}.{} is {}").format(
                table, sql.Identifier(column.name), column.comment
            )


def mark(relations: Sequence[Relation], suffix: str, text: str) -> Iterator[sql.Composed]:
    """The schemas' comment: it tells our schemas from others', and which copy this is."""
    for schema in schemas_of(relations):
        yield sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema + suffix), text)


def grant(relations: Sequence[Relation], suffix: str, reader: str) -> Iterator[sql.Composed]:
    """The reader reads, and does nothing else."""
    for schema in schemas_of(relations):
        names = sql.Identifier(schema + suffix), sql.Identifier(reader)
        yield sql.SQL("grant usage on schema {} to {}").format(*names)
        yield sql.SQL("grant select on all tables in schema {} to {}").format(*names)


def lock(tables: Sequence[tuple[str, str]]) -> sql.Composed:
    """Wait until nobody reads any of the tables, and let nobody begin."""
    names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
    return sql.SQL("lock table {} in access exclusive mode").format(names)


def drop(schemas: Sequence[str], tables: Sequence[tuple[str, str]]) -> Iterator[sql.Composed]:
    """What stood there; refused by PostgreSQL where something of others' stands on it."""
    if tables:
        names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
        yield sql.SQL("drop table {} restrict").format(names)
    for schema in schemas:
        yield sql.SQL("drop schema {} restrict").format(sql.Identifier(schema))


def rename(relations: Sequence[Relation], suffix: str) -> Iterator[sql.Composed]:
    """The schemas from beside take their true names."""
    for schema in schemas_of(relations):
        names = sql.Identifier(schema + suffix), sql.Identifier(schema)
        yield sql.SQL("alter schema {} rename to {}").format(*names)


def empty(relation: Relation) -> sql.Composed:
    """Row by row: `truncate` would take the rows from those who are reading them."""
    return sql.SQL("delete from {}").format(_table(relation))


def copy_in(relation: Relation, suffix: str) -> sql.Composed:
    """The statement that the rows follow.

    In a new table they are frozen: a transaction that began before it came finds its rows there,
    not an empty table.
    """
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in relation.columns)
    return sql.SQL("copy {} ({}) from stdin with (format csv{})").format(
        _table(relation, suffix), columns, sql.SQL(", freeze" if suffix else "")
    )


def tidy(relation: Relation) -> sql.Composed:
    """Give back the room of the rows nobody can see any more, and count those there are."""
    return sql.SQL("vacuum (analyze) {}").format(_table(relation))


def schemas_of(relations: Sequence[Relation]) -> list[str]:
    """The schemas of the relations, each once."""
    return sorted({relation.schema for relation in relations})


def _table(relation: Relation, suffix: str = "") -> sql.Identifier:
    return sql.Identifier(relation.schema + suffix, relation.name)
