"""A figure in, the same picture as SVG out: for paper and for files that open without a network or a browser's help."""

from pipelines.present.svg.render import render_svg

__all__ = ["render_svg"]
