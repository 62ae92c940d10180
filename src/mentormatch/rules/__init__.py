"""A rules file as rules and stages, with its defaults, presets, words and schema."""
