"""What every part stands on: arrays, errors, texts in two languages, parallel work."""
