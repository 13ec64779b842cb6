"""An office's own Word template, inspected and filled in a limited process without figures.

Imports no Polars and no DuckDB.
"""
