"""A reader in a process of its own: asks again and again, and counts what is not whole.

`python reader.py DSN GENERATIONS` ends with 0 when it has met so many, and with 1 at the first
answer whose parts are of different generations or incomplete; it prints how often it asked.
"""

import sys

import psycopg

# Four relations in one statement, one of them twice; every row tells its generation.
QUERY = """
select
    (select array_agg(distinct generation) from marts.fct_a),
    (select array_agg(distinct generation) from marts.mart_b),
    (select array_agg(distinct 世代) from 財政.一覧),
    (select count(*) from marts.fct_a),
    (select count(*) from 財政.一覧)
"""

MOST_QUERIES = 100_000


def main(dsn: str, generations: int) -> int:
    """Ask in single statements and in transactions that must see one generation only."""
    met = set()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for asked in range(1, MOST_QUERIES):
            answers = [connection.execute(QUERY).fetchone()]
            with connection.transaction():
                answers += [connection.execute(QUERY).fetchone() for _ in range(2)]
            for a, b, c, *counts in answers:
                if not (a == b == c and len(a) == 1 and len(set(counts)) == 1 and counts[0]):
                    print(answers)
                    return 1
            if answers[1] != answers[2]:
                print(answers)
                return 1
            met.add(answers[0][0][0])
            if len(met) == generations:
                print(asked * 3)
                return 0
    print("only met", met)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
