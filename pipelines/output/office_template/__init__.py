"""An office's own Word template: inspected and filled in a limited process that has no figures of its own.

Imports no Polars and no DuckDB.
"""
