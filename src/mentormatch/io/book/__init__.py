"""The school's own workbook with its record extended: everything else in it stays as it was."""
