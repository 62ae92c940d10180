"""Choice forms out of a survey tool's export: question headers, multi-choice cells, students by ID or name."""
