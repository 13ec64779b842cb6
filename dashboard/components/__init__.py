"""Cards: one function draws one card of a page, from a Page; shared frames stand in card.py."""
