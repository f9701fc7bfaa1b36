# SPDX-License-Identifier: GPL-2.0-only
"""How Sphinx makes the manual out of the pages of this folder; ./vmm doc runs it."""

project = "vm-mobility"
extensions = ["myst_parser"]
exclude_patterns = ["figures/README.md"]
myst_heading_anchors = 3
highlight_language = "none"

html_theme = "alabaster"
html_title = "vm-mobility"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {
    "description": "Virtual machines that move and keep their addresses, in ns-3",
    "page_width": "1180px",
    "sidebar_width": "230px",
    "fixed_sidebar": True,
    "show_powered_by": False,
    "extra_nav_links": {"API reference": "../api/index.html"},
}
