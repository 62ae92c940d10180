from mentormatch.version import __version__
