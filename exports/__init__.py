"""From a published generation of the marts to files: the public website, desk papers, extracts.

`report` knows what a balance report says and prints it, `release` drafts, approves and publishes
it; `desks` makes papers for the staff, `dictionary` and `extracts` hand out the marts; all print
with `press`.
"""
