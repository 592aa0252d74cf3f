"""What every export prints with: templates, typesetting, charts, safe files, Japanese dates."""
