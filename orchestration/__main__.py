"""`python -m orchestration` is the command `mishukin`."""

from orchestration.cli import main

main()
