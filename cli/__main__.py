"""`python -m cli` is the command `mishukin`."""

from cli import main

main()
