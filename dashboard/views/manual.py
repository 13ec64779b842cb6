"""Show the manuals: for officers, for managers, for the IT office."""

from dashboard.components import manual_reader, page_context

page = page_context.load_page_context()
manual_reader.show_heading(page)
manual_reader.manual_card(page)
