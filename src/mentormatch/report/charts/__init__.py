"""Pictures of a result as inline SVG, one a file. Each returns markup that needs no script, no font and no network."""
