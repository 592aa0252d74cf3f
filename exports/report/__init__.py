"""What a balance report says, and its page, tables, charts, workbook and PDF."""
