"""The documentation site: ``sphinx-build -W docs build/docs``; Markdown, and a reference made from docstrings."""

from importlib.metadata import version as _version

project = "mentormatch"
author = "the mentormatch founders"
copyright = author  # noqa: A001  # Sphinx calls it so
release = version = _version("mentormatch-engine")

extensions = [
    "myst_parser",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
]
exclude_patterns = ["reference/api/modules.rst"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "mentormatch"
html_static_path = ["_static"]

# The reference is written anew at every build: one page a package, from the docstrings alone.
apidoc_modules = [
    {
        "path": "../src/mentormatch",
        "destination": "reference/api",
        "max_depth": 2,
        "module_first": True,
        "automodule_options": ["members", "show-inheritance"],
    },
]
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_preprocess_types = False
# What a package re-exports is described once, in its own module.
autodoc_default_options = {"ignore-module-all": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
suppress_warnings = ["ref.python"]  # public names are re-exported by their packages on purpose
