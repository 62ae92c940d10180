"""A copy of a workbook with its findings coloured, in which every byte that is not about colours stays as it was."""
