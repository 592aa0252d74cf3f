"""Finding tables on a sheet, by the headings of their columns or by their rows and years."""
