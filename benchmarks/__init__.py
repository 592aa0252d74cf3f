"""What a claim of speed rests on: whole commands, against what a user would write by hand.

Both sides run in turn on the same files in the same run; the table gives medians and the ratio.
`python -m benchmarks` prints it and writes it to docs/benchmarks.md.
"""
