"""Results for people: the summary, the workbook, the page."""
