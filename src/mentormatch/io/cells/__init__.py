"""What one cell may hold: each module reads one kind of value and says what it found."""
