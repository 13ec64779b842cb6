"""Charts as static SVG, for paper and for files that open without a network or plotly.js."""

from pipelines.present.svg.render import render_svg

__all__ = ["render_svg"]
