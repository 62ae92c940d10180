"""Files of any kind: what they are, and how one is written whole or not at all."""
