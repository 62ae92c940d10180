"""Why a result is as it is, and what would make it fit."""
