"""The marts in PostgreSQL, for staff whose tools speak ODBC.

A copy of one generation: schemas `marts` and `財政`, every relation a table, with the comments of
the models. Columns of free text are not copied at all, so that `select *` works for everybody who
may read. Why rows are replaced in place: docs/decisions/0010-rows-replaced-in-postgresql.md.
"""
