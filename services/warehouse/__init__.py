"""The warehouse of a home: dbt builds it, dbt tests and soda contracts check it."""
