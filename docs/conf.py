"""The documentation site: ``sphinx-build -W docs build/docs``; Markdown, and a reference made from docstrings."""

import sys
from importlib.metadata import version as _version
from pathlib import Path as _Path

sys.path.insert(0, str(_Path(__file__).parent))
from public_pages import write_pages

project = "mentormatch"
author = "the mentormatch founders"
copyright = author  # noqa: A001  # Sphinx calls it so
release = version = _version("mentormatch-engine")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "mentormatch"
html_static_path = ["_static"]

napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_preprocess_types = False
# A name in single backticks is a link where there is something of that name.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
suppress_warnings = ["ref.python"]  # public names are re-exported by their packages on purpose


def setup(app):  # noqa: D103  # Sphinx calls it
    app.connect("builder-inited", write_pages)
