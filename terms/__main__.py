"""`python -m terms dbt build …`: a command of dbt or sqlfluff that is told the terms."""

import os
import sys

from terms import variables

os.execvpe(sys.argv[1], sys.argv[1:], {**os.environ, **variables()})  # noqa: S606 - as it was typed
