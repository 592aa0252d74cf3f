"""From a published generation of the marts to the files of the public website."""
