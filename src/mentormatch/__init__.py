"""Matches students with growth mentors."""

from mentormatch.version import __version__

__all__ = ["__version__"]
