"""What rules and goals may say to an engine: rows over pairs, and terms of a stage."""
