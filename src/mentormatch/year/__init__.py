"""The school year in the office's hands: promotion, files of pupils, printed sheets, accounts, reviews."""
